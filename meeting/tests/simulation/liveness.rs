//! Stories of media that are sent and do not arrive.

use meeting::client::{Hearing, Input, LinkState, Remote, Status};
use meeting::conversation::MediaState;
use meeting::time::Timestamp;

use simulation::network::Weather;
use simulation::one_room::Memory;
use simulation::random::with_seeds;
use simulation::world::World;

const SEEDS: u64 = 100;
const NOTHING: MediaState = MediaState {
    microphone: false,
    camera: false,
    screen: false,
};
const A_FACE: MediaState = MediaState {
    camera: true,
    ..NOTHING
};

/// Tells a story about Ada, who is page 0, and Ben, who is page 1, as often as there are seeds.
fn story(tell: impl Fn(World)) {
    with_seeds(SEEDS, |seed| {
        let mut world = World::new(seed, Weather::FAIR);
        world.join("Ada");
        world.join("Ben");
        world.run_until(3000, "Ada and Ben are connected", World::is_whole);
        world.run_for(2000);
        tell(world);
    });
}

fn made(world: &World) -> [u32; 2] {
    [0, 1].map(|page| world.pages[page].made)
}

fn hearing(world: &World, page: usize) -> Option<Hearing> {
    world.pages[page]
        .client
        .hearing(Timestamp::from_millis(world.now))
}

/// No browser says `disconnected` before several seconds have gone by.
#[test]
fn silence_is_noticed_before_the_browser_does() {
    story(|mut world| {
        world.raise_wall(0, 1);
        world.run_until(2100, "ICE is restarted", |world| {
            world.pages.iter().any(|page| page.restarts > 0)
        });
        world.tear_down_wall(0, 1);
        world.run_until(1500, "they are connected", World::is_whole);
        assert_eq!(made(&world), [1, 1]);
    });
}

#[test]
fn who_has_nothing_turned_on_is_not_taken_for_silent() {
    story(|mut world| {
        for page in [0, 1] {
            world.feed(page, Input::Media(NOTHING));
        }
        world.run_for(120_000);
        assert!(world.pages.iter().all(|page| page.restarts == 0));
        assert_eq!(made(&world), [1, 1]);
    });
}

#[test]
fn ten_seconds_without_any_network_are_over_five_seconds_after() {
    for browser_says_so in [true, false] {
        story(|mut world| {
            for page in [0, 1] {
                world.lose_network(page);
            }
            world.run_for(10_000);
            for page in [0, 1] {
                world.find_network(page, browser_says_so);
            }
            world.run_until(5000, "they are connected", World::is_whole);
        });
    }
}

#[test]
fn one_who_was_cut_off_for_ten_seconds_is_back_five_seconds_after() {
    story(|mut world| {
        world.lose_network(1);
        world.run_for(10_000);
        world.find_network(1, false);
        world.run_until(5000, "they are connected", World::is_whole);
    });
}

/// A restart that the browser did not need ends with no event at all.
#[test]
fn a_link_that_fell_silent_for_a_moment_is_well_again_when_media_arrive() {
    story(|mut world| {
        world.raise_wall(0, 1);
        world.run_until(2100, "Ada notices", |world| {
            let ben = world.pages[1].id();
            world.pages[0].link(&ben) == Some(LinkState::Reconnecting)
        });
        world.tear_down_wall(0, 1);
        world.run_until(1500, "they are connected", World::is_whole);
        world.run_for(20_000);
        assert_eq!(made(&world), [1, 1]);
    });
}

#[test]
fn a_voice_that_never_arrives_while_the_picture_does_takes_one_new_connection() {
    story(|mut world| {
        world.stick(0, A_FACE);
        world.run_until(12_000, "a new connection is made", |world| {
            made(world) == [2, 2]
        });
        world.run_until(2000, "they are connected", World::is_whole);
        world.run_for(60_000);
        assert_eq!(made(&world), [2, 2]);
    });
}

/// Whatever is wrong there, it is not worth losing the picture over again and again.
#[test]
fn a_voice_that_cannot_be_had_is_tried_ever_more_rarely() {
    story(|mut world| {
        for _ in 0..600 {
            world.stick(0, A_FACE);
            world.run_for(1000);
        }
        assert!((3..7).contains(&world.pages[0].made), "{:?}", made(&world));
    });
}

#[test]
fn who_speaks_knows_how_many_can_hear() {
    story(|mut world| {
        let cleo = world.join("Cleo");
        world.run_until(3000, "Cleo has joined", World::is_whole);
        world.run_for(2000);
        let everybody = Some(Hearing {
            heard_by: 2,
            others: 2,
            is_worrying: false,
        });
        assert_eq!(hearing(&world, 0), everybody);
        world.stick(cleo, A_FACE);
        world.run_until(6000, "Ada is told that Cleo does not hear Ada", |world| {
            hearing(world, 0).is_some_and(|it| it.heard_by == 1 && it.is_worrying)
        });
        world.run_until(20_000, "everybody hears Ada again", |world| {
            hearing(world, 0) == everybody
        });
        world.feed(0, Input::Media(A_FACE));
        assert_eq!(hearing(&world, 0), None, "there is nothing to hear");
    });
}

#[test]
fn a_server_that_is_back_at_once_was_never_missed() {
    story(|mut world| {
        world.cut_socket(0);
        let mut seen = Vec::new();
        for _ in 0..40 {
            world.run_for(50);
            seen.push(world.pages[0].client.status());
        }
        assert!(world.pages[0].sockets > 1);
        assert!(
            seen.iter().all(|status| *status == Status::Joined),
            "{seen:?}"
        );
    });
}

#[test]
fn a_change_of_network_where_nobody_sends_anything_takes_no_new_connection() {
    story(|mut world| {
        for page in [0, 1] {
            world.feed(page, Input::Media(NOTHING));
        }
        world.run_for(5000);
        world.feed(0, Input::NetworkChanged);
        world.run_for(30_000);
        assert!(world.is_whole(), "{}", world.picture());
        assert_eq!(made(&world), [1, 1]);
    });
}

/// Whoever the server had lost for long was dropped at the first hiccup of their link.
#[test]
fn somebody_whom_only_the_server_lost_survives_a_link_that_is_repaired() {
    story(|mut world| {
        world.block_server(1, true);
        world.run_for(120_000);
        let told = world.pages[0].told.clone();
        world.raise_wall(0, 1);
        world.run_for(4000);
        world.tear_down_wall(0, 1);
        let ben = world.pages[1].id();
        world.run_until(12_000, "the link is well again", |world| {
            world.pages[0].link(&ben) == Some(LinkState::Connected)
        });
        assert_eq!(world.pages[0].told, told);
        world.block_server(1, false);
        world.run_until(15_000, "they are connected", World::is_whole);
        assert_eq!(made(&world), [1, 1]);
    });
}

/// Else a page could hide while it listens.
#[test]
fn a_page_that_only_says_that_it_is_gone_stays_in_sight() {
    story(|mut world| {
        let shown = |world: &World| {
            let ben = world.pages[1].id();
            let remote = world.pages[0].remote(&ben);
            remote.is_some_and(Remote::is_shown)
        };
        world.claim_to_be_gone(1);
        world.run_until(1000, "Ben is out of sight", |world| !shown(world));
        world.run_until(4000, "Ben is in sight", shown);
        for _ in 0..20 {
            world.claim_to_be_gone(1);
            world.run_for(50);
            assert!(shown(&world));
            world.run_for(2350);
        }
    });
}

#[test]
fn a_data_channel_that_closes_alone_takes_one_new_connection() {
    story(|mut world| {
        world.close_channels(0);
        world.run_until(6000, "a new connection is made", |world| {
            made(world) == [2, 2]
        });
        world.run_until(2000, "they are connected", World::is_whole);
        world.send_chat(1, "Do you hear me?");
        world.run_for(500);
        assert_eq!(world.pages[0].chat().len(), 1);
        world.run_for(60_000);
        assert_eq!(made(&world), [2, 2]);
    });
}

/// Firefox has been seen to leave the old path before its answer was through.
#[test]
fn a_restart_over_the_data_channel_succeeds_though_browsers_leave_the_old_path_at_once() {
    story(|mut world| {
        world.hasty = true;
        world.stop_server(Memory::Kept);
        world.run_for(500);
        for page in [0, 1] {
            world.restart_ice(page);
            world.run_until(3000, "both have settled", World::is_settled);
            world.run_for(1000);
            world.send_chat(page, "Do you hear me?");
            world.run_for(500);
            assert_eq!(world.pages[1 - page].chat().len(), page + 1);
        }
        assert_eq!(made(&world), [1, 1]);
    });
}

/// Its offer and its candidates would be sent again together, over the data channel.
#[test]
fn a_restart_that_goes_down_with_the_server_succeeds_though_browsers_leave_the_old_path_at_once() {
    story(|mut world| {
        world.hasty = true;
        for page in [0, 1] {
            let before = world.signals;
            world.restart_ice(page);
            world.run_until(1000, "the offer is under way", |world| {
                world.signals > before
            });
            world.stop_server(Memory::Kept);
            world.run_until(8000, "both have settled", World::is_settled);
            world.run_for(1000);
            world.send_chat(page, "Do you hear me?");
            world.run_for(500);
            assert_eq!(world.pages[1 - page].chat().len(), page + 1);
            world.start_server();
            world.run_for(10_000);
        }
        assert_eq!(made(&world), [1, 1]);
    });
}
