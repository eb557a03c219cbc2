//! The kinds of message there are.

use meeting::conversation::ConversationMessage;

macro_rules! kinds {
    ($($kind:ident),*) => {
        /// A kind of message of the conversation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($kind),*
        }

        impl Kind {
            /// Every kind.
            pub(crate) const ALL: [Self; [$(stringify!($kind)),*].len()] = [$(Self::$kind),*];
        }

        /// The kind of a message. A variant that has no kind does not compile.
        pub(crate) const fn kind_of(message: &ConversationMessage) -> Kind {
            match message {
                $(ConversationMessage::$kind { .. } => Kind::$kind),*
            }
        }
    };
}

kinds!(
    Hello,
    Media,
    Recording,
    Report,
    Chat,
    History,
    Files,
    Signal,
    Received,
    Typing,
    Hand,
    Reaction,
    Bye,
    ServerIsBack,
    Unknown
);
