//! English.

use rtc::intl::Plural;

use super::*;

pub(crate) static ENGLISH: Messages = Messages {
    product: "Rotunda",
    between: " ",
    said: ": ",
    document: DocumentTexts {
        broken_title: "Something broke",
        broken_text: "This is a bug in the page. Reload it to go on; the room is still there.",
        reload: "Reload",
    },
    languages: LanguageTexts {
        title: "Language",
        not_loaded: "This language could not be fetched from the server. Choose it again in a while.",
    },
    home: Home {
        title: "Meet, in a room of your own",
        lead: "Open a room, send its link, and talk. Sound and picture go from browser to \
               browser, without an account and without anything to install.",
        new_meeting: "New meeting",
        code_or_link: "Code or link",
        join: "Join",
        not_a_code: "This is not a meeting code or link. A code looks like abc-defg-hij.",
        another_server: "This link leads to another server. Open it in the address bar of the browser.",
        recent: "Recent rooms",
        promise: "Nothing is recorded, and nobody is tracked.",
    },
    lobby: Lobby {
        title: "Ready to join?",
        room: "Room",
        your_name: "Your name",
        name_missing: "Please say what the others shall call you.",
        join_now: "Join now",
        join_without_devices: "Join without camera and microphone",
        joining: "Joining…",
        loading: "Loading the call…",
        not_loaded: "The server does not answer, and part of this page is missing. Trying again… If that \
                     goes on, reload the page.",
        away: Obstacles {
            unreachable: "The server does not answer. Trying again…",
            gateway: "What stands before the server cannot reach it. Trying again…",
            busy: "The server is full, or about to stop. Trying again…",
            unavailable: "The server cannot reach what it keeps its rooms in. Trying again…",
            slow: "The connection to the server is too slow. Trying again…",
            sent_away: "The server ended the connection. Trying again…",
            origin: "This server does not take calls from this address. Tell whoever runs it: the \
                     server's log says which setting (--public-url) or proxy is wrong. Trying \
                     again…",
            no_sockets: "Something between this browser and the server lets no calls (WebSockets) \
                         through. Try another network, or tell whoever runs the server. Trying \
                         again…",
        },
        no_connections: "WebRTC is switched off or missing in this browser, so nobody could see or \
                         hear you. Switch it on in the browser's settings or extensions, or use \
                         another browser.",
        preview: "Your picture",
        camera_off: "Your camera is off",
        camera_starting: "Your camera is starting…",
        level: "Microphone level",
        test_sound: "Play a test sound",
        asking: "If the browser asks, allow the microphone and the camera. You can also join \
                 without them.",
    },
    devices: DeviceTexts {
        microphone: "Microphone",
        camera: "Camera",
        speaker: "Speaker",
        turn_on_microphone: "Turn on microphone",
        turn_off_microphone: "Turn off microphone",
        turn_on_camera: "Turn on camera",
        turn_off_camera: "Turn off camera",
        microphone_settings: "Sound settings",
        camera_settings: "Video settings",
        share_screen: "Share screen",
        stop_sharing: "Stop sharing",
        browser_default: "Default",
        unnamed_microphone: Numbered::new("Microphone {number}"),
        unnamed_camera: Numbered::new("Camera {number}"),
        unnamed_speaker: Numbered::new("Speaker {number}"),
    },
    problems: Problems {
        microphone: CaptureProblems {
            denied: "The microphone is blocked. Allow it in the browser's site settings (beside \
                     the address), then turn it on again.",
            dismissed: "The browser's question about the microphone was closed without an answer. Turn \
                        it on again and allow it.",
            denied_by_system: "The system keeps the microphone from the browser. Allow it in the \
                               privacy settings of the system, then turn it on again.",
            denied_by_policy: "A policy of the browser or of the page around this one forbids the \
                               microphone. Ask whoever manages it.",
            not_activated: "The microphone was not asked for in time. Turn it on again.",
            not_found: "No microphone was found. Plug one in, or let the browser see it in the \
                        privacy settings of the system, then turn it on again.",
            in_use: "Another program is using the microphone. Close that program, then turn it \
                     on again.",
            overconstrained: "This microphone does not fit. Choose another one.",
            insecure_context: "No microphone here: the browser offers it only over https.",
            unsupported: "This browser cannot use a microphone.",
            lost: "The microphone was unplugged or taken away. Plug it in or choose another one, \
                   then turn it on again.",
            other: "The microphone did not start. Turn it on again or choose another one.",
        },
        camera: CaptureProblems {
            denied: "The camera is blocked. Allow it in the browser's site settings (beside the \
                     address), then turn it on again.",
            dismissed: "The browser's question about the camera was closed without an answer. Turn \
                        it on again and allow it.",
            denied_by_system: "The system keeps the camera from the browser. Allow it in the \
                               privacy settings of the system, then turn it on again.",
            denied_by_policy: "A policy of the browser or of the page around this one forbids the \
                               camera. Ask whoever manages it.",
            not_activated: "The camera was not asked for in time. Turn it on again.",
            not_found: "No camera was found. Plug one in, or let the browser see it in the \
                        privacy settings of the system, then turn it on again.",
            in_use: "Another program is using the camera. Close that program, then turn it on \
                     again.",
            overconstrained: "This camera does not fit. Choose another one.",
            insecure_context: "No camera here: the browser offers it only over https.",
            unsupported: "This browser cannot use a camera.",
            lost: "The camera was unplugged or taken away. Plug it in or choose another one, then \
                   turn it on again.",
            other: "The camera did not start. Turn it on again or choose another one.",
        },
        screen: CaptureProblems {
            denied: "The screen was not shared: the browser or the system did not allow it.",
            dismissed: "Nothing was chosen to share.",
            denied_by_system: "The system does not let the browser see the screen. Allow it in the \
                               privacy settings of the system, start the browser again, then \
                               share again.",
            denied_by_policy: "A policy of the browser or of the page around this one forbids \
                               sharing screens. Ask whoever manages it.",
            not_activated: "The browser shares a screen only when a button was pressed just \
                            before. Press the button again.",
            not_found: "The browser found no screen to share, or the system does not let it see \
                        one. Look at the privacy settings of the system, then share again.",
            in_use: "The system would not hand over the screen. Try another window.",
            overconstrained: "This screen cannot be shared. Try another window.",
            insecure_context: "Screens can be shared only over https.",
            unsupported: "This browser cannot share a screen.",
            lost: "The shared window was closed.",
            other: "The screen was not shared. Try again.",
        },
        insecure_origin: "This page was opened without https, so the browser offers no camera, no \
                          microphone and no screen. Open it over https, or on the machine itself \
                          under localhost. You can still join, see, hear and write.",
        unsupported_browser: "This browser offers no camera and no microphone. You can still \
                              join, see, hear and write.",
    },
    device_news: DeviceNews {
        cannot_be_used: Named::new("{name} cannot be used:"),
        stays: Named::new("{name} stays in use."),
        used_now: Named::new("{name} is used now."),
        microphone_lost: "Your microphone was unplugged or taken away.",
        camera_lost: "Your camera was unplugged or taken away.",
        speaker_lost: "Your speaker was unplugged or taken away.",
        speaker_failed: "Your speaker cannot be used:",
        default_now: "The sound comes from the default one now.",
        chosen: "The chosen device",
        former: "The one before",
        another: "Another one",
        reasons: DeviceReasons {
            denied: "the browser does not allow it.",
            denied_by_system: "the system does not allow it.",
            dismissed: "the browser's question was not answered.",
            in_use: "another program is using it.",
            gone: "it is no longer there.",
            other: "it did not start.",
        },
    },
    call: Later::ENGLISH,
    tile: Later::ENGLISH,
    chat: Later::ENGLISH,
    people: Later::ENGLISH,
    notices: Notices {
        joined: Named::new("{name} joined"),
        left: Named::new("{name} left"),
        lost: Named::new("{name} lost the connection"),
        removed: Named::new("{name} was removed"),
        sharing_started: Named::new("{name} is sharing a screen"),
        sharing_stopped: Named::new("{name} stopped sharing"),
        quieted: Named::new("{name} sends too much at once. What they write is left out for now."),
        too_long: "The message is too long and was not sent. Please split it.",
    },
    ended: Ended {
        left: DeadEnd {
            title: "You left the meeting",
            text: "The others can go on without you, and you can come back.",
        },
        full: DeadEnd {
            title: "This room is full",
            text: "Every seat in the room is taken. Try again when somebody has left.",
        },
        replaced: DeadEnd {
            title: "You joined in another window",
            text: "You are in this meeting in another tab or window now, so this one has stopped.",
        },
        removed: DeadEnd {
            title: "You were removed from the meeting",
            text: "Somebody in the room has ended your part in it.",
        },
        outdated: DeadEnd {
            title: "This page is out of date",
            text: "The server speaks a newer version. Reload the page to get it.",
        },
        misunderstood: DeadEnd {
            title: "The server refused this page",
            text: "This should not happen and is a bug. Reload the page to try again.",
        },
        not_found: DeadEnd {
            title: "There is nothing here",
            text: "No page has this address. Perhaps a part of the link is missing.",
        },
        invalid_room: DeadEnd {
            title: "This is not a room",
            text: "A room name has 3 to 64 letters, digits, - and _. Perhaps a part of the link \
                   is missing.",
        },
        rejoin: "Rejoin",
        try_again: "Try again",
        use_here: "Use this window",
        reload: "Reload",
        home: "Home",
    },
};

static CALL: CallTexts = CallTexts {
    stage: "Participants",
    controls: "Controls",
    more_options: "More options",
    leave: "Leave call",
    full_screen: "Full screen",
    keyboard_shortcuts: "Keyboard shortcuts",
    copy_link: "Copy link",
    link_copied: "The link is on the clipboard.",
    link_not_copied: "The link could not be copied. Select it and copy it by hand.",
    alone_title: "You are the only one here",
    alone_text: "Send this link to whoever should come.",
    away: Obstacles {
        unreachable: "The connection to the server is lost; trying again.",
        gateway: "What stands before the server cannot reach it; trying again.",
        busy: "The server is full, or about to stop; trying again.",
        unavailable: "The server cannot reach what it keeps its rooms in; trying again.",
        slow: "The connection to the server is too slow; trying again.",
        sent_away: "The server ended the connection; trying again.",
        origin: "The server does not take calls from this address any more; trying again. Tell \
                 whoever runs it: its log says which setting (--public-url) or proxy is wrong.",
        no_sockets: "Something between this browser and the server lets no calls (WebSockets) \
                     through; trying again.",
    },
    outdated: "The server was updated, and this page is too old for it. Reload the page.",
    seat_taken: "Your seat in the room was taken while you were away.",
    misunderstood: "The server does not understand this page, which is a bug. Reload the page.",
    reach: ReachTexts {
        all: "You still see, hear and can write to everybody here, but nobody new can see you \
              or come to you.",
        some: "You still see, hear and can write to those who are connected, but nobody new can \
               see you or come to you.",
        none: "Nobody can see or hear you now.",
    },
    sound_blocked: "The browser holds back the sound until you say so.",
    play_sound: "Turn on sound",
    close_panel: "Close panel",
};

impl InEnglish for CallTexts {
    fn english() -> &'static Self {
        &CALL
    }
}

static TILE: TileTexts = TileTexts {
    you: Named::new("{name} (you)"),
    screen: Named::new("{name}'s screen"),
    pin: Named::new("Pin {name}"),
    unpin: Named::new("Unpin {name}"),
    muted: "Muted",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    failed: "No connection; still trying",
    unmade: "This browser made no connection; still trying",
    away: "Away from the server",
    your_screen: "You are sharing this",
    heard_by_nobody: "Nobody can hear you",
    heard_by: Share::new("{count} of {all} can hear you"),
};

impl InEnglish for TileTexts {
    fn english() -> &'static Self {
        &TILE
    }
}

static CHAT: ChatTexts = ChatTexts {
    title: "Chat",
    messages: "Messages",
    field: "Send a message to everyone",
    send: "Send message",
    empty: "Nothing was written yet. Messages go straight to the people in the room and are \
            gone when everybody has left.",
    you: "You",
    unread: Counted::new(&[
        (Plural::One, "{count} unread message"),
        (Plural::Other, "{count} unread messages"),
    ]),
    passed_on_by: Named::new("passed on by {name}"),
};

impl InEnglish for ChatTexts {
    fn english() -> &'static Self {
        &CHAT
    }
}

static PEOPLE: PeopleTexts = PeopleTexts {
    title: "People",
    count: Counted::new(&[
        (Plural::One, "{count} person in the room"),
        (Plural::Other, "{count} people in the room"),
    ]),
    microphone_on: "Microphone on",
    microphone_off: "Microphone off",
    camera_on: "Camera on",
    camera_off: "Camera off",
    sharing: "Sharing a screen",
    invite: "Invite others with this link",
};

impl InEnglish for PeopleTexts {
    fn english() -> &'static Self {
        &PEOPLE
    }
}
