//! What is shown of a file in the chat.

use rtc::view::{FileFailure, FileState, StorageError, Waiting};

use crate::messages::{FileTexts, Messages};

/// What the person can do with a file, besides keeping one that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Get it, or try again to.
    Get,
    /// Give up what is under way.
    Cancel,
    /// Give one's own file to nobody any more.
    Withdraw,
    /// Nothing.
    None,
}

/// What the person can do with a file in a message of their own or of somebody else.
pub(crate) const fn offer(state: FileState, mine: bool) -> Offer {
    match state {
        FileState::Offered { .. } | FileState::Failed(_) => Offer::Get,
        FileState::Waiting(_) | FileState::Downloading { .. } | FileState::Checking { .. } => {
            Offer::Cancel
        }
        FileState::Complete { .. } if mine => Offer::Withdraw,
        FileState::Complete { .. } => Offer::None,
    }
}

/// How many bytes are done of what takes a while.
pub(crate) const fn done(state: FileState) -> Option<u64> {
    match state {
        FileState::Downloading { received, .. } => Some(received),
        FileState::Checking { checked } => Some(checked),
        FileState::Offered { .. }
        | FileState::Waiting(_)
        | FileState::Complete { .. }
        | FileState::Failed(_) => None,
    }
}

/// How it is with a file, in words; none where there is nothing to say.
pub(crate) fn status(texts: &Messages, state: FileState) -> String {
    let files = &texts.files;
    match state {
        FileState::Offered { holders: 0 } => files.nobody_has_it.to_owned(),
        FileState::Complete { uploads } if uploads > 0 => files.is_given.with(uploads),
        FileState::Offered { .. } | FileState::Downloading { .. } | FileState::Complete { .. } => {
            String::new()
        }
        FileState::Waiting(waiting) => self::waiting(files, waiting).to_owned(),
        FileState::Checking { .. } => files.checking.to_owned(),
        FileState::Failed(why) => failure(files, why).to_owned(),
    }
}

const fn waiting(texts: &FileTexts, waiting: Waiting) -> &'static str {
    match waiting {
        Waiting::NobodyHasIt => texts.waits_for_somebody,
        Waiting::Turn => texts.waits_for_turn,
        Waiting::WrongContent => texts.wrong_content,
    }
}

const fn failure(texts: &FileTexts, why: FileFailure) -> &'static str {
    match why {
        FileFailure::Storage(StorageError::Full) => texts.full,
        FileFailure::Storage(StorageError::NoDisk) => texts.no_disk,
        FileFailure::Storage(StorageError::Unreadable) => texts.unreadable,
        FileFailure::Storage(StorageError::Unwritable) => texts.unwritable,
        FileFailure::TooMany => texts.too_many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::messages;

    #[test]
    fn each_state_in_which_nothing_comes_has_words_of_its_own() {
        let failed = |why| FileState::Failed(FileFailure::Storage(why));
        let mut told = [
            FileState::Offered { holders: 0 },
            FileState::Waiting(Waiting::NobodyHasIt),
            FileState::Waiting(Waiting::Turn),
            FileState::Waiting(Waiting::WrongContent),
            failed(StorageError::Full),
            failed(StorageError::NoDisk),
            failed(StorageError::Unreadable),
            failed(StorageError::Unwritable),
            FileState::Failed(FileFailure::TooMany),
        ]
        .map(|state| status(messages(), state));
        told.sort_unstable();
        assert!(told.iter().all(|it| !it.is_empty()));
        assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    }

    #[test]
    fn whatever_is_under_way_can_be_given_up_and_whatever_failed_tried_again() {
        let comes = FileState::Downloading {
            received: 7,
            rate: 1,
        };
        assert_eq!((offer(comes, false), done(comes)), (Offer::Cancel, Some(7)));
        let checked = FileState::Checking { checked: 3 };
        assert_eq!(
            (offer(checked, true), done(checked)),
            (Offer::Cancel, Some(3))
        );
        let failed = FileState::Failed(FileFailure::TooMany);
        assert_eq!((offer(failed, false), done(failed)), (Offer::Get, None));
    }

    #[test]
    fn only_ones_own_file_can_be_withdrawn() {
        let complete = FileState::Complete { uploads: 1 };
        assert_eq!(offer(complete, true), Offer::Withdraw);
        assert_eq!(offer(complete, false), Offer::None);
        assert_eq!(status(messages(), complete), "1 person is getting it");
    }
}
