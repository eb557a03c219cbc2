//! The files of one page: what it asks for, what it believes, and what it gives.

mod downloads;
mod page;
mod uploads;

use meeting::files::{FileFailure, FileState, Input, StorageError};
use meeting::limits;
use meeting::time::Timestamp;
use page::{Page, SIZE, file};
use simulation::disk::content;

#[test]
fn a_file_is_offered_once_it_is_hashed_and_not_before() {
    let mut page = Page::slow();
    page.attaches(file(SIZE));
    let checked = |page: &Page| {
        let mut attaching = page.files.attaching(Timestamp::default());
        attaching.next().map(|it| (it.size, it.state))
    };
    for piece in 0..6 {
        let checked_so_far = FileState::Checking {
            checked: piece * page::PIECE,
        };
        assert_eq!(checked(&page), Some((SIZE, checked_so_far)));
        assert_eq!((page.reads.len(), page.attached.len()), (1, 0));
        page.reads_all();
    }
    assert_eq!(checked(&page), None);
    assert_eq!(page.attached[0].content(), content(&file(SIZE)));
    assert_eq!(page.files.announced(), [page.attached[0].id]);
}

#[test]
fn a_file_that_cannot_be_read_is_not_offered() {
    let mut page = Page::slow();
    let key = page.attaches(file(SIZE));
    page.disk.change_own_files();
    page.reads_all();
    assert_eq!(page.attached, []);
    let attaching: Vec<_> = page.files.attaching(Timestamp::default()).collect();
    let failed = FileState::Failed(FileFailure::Storage(StorageError::Unreadable));
    assert_eq!((attaching[0].key, attaching[0].state), (key, failed));
    page.feed(Input::Cancel(key));
    assert_eq!(page.files.attaching(Timestamp::default()).count(), 0);
}

#[test]
fn a_page_has_as_many_files_as_the_limit_and_no_more() {
    let mut page = Page::default();
    for number in 1..limits::FILES_HELD {
        page.attaches(file(number as u64));
    }
    assert_eq!(page.files.announced().len(), limits::FILES_HELD - 1);
    let accepted = content(&file(SIZE));
    let key = page.accepts(accepted);
    assert!(matches!(page.state(accepted), FileState::Waiting(_)));
    page.attaches(file(SIZE + 1));
    assert_eq!(page.attached.len(), limits::FILES_HELD - 1);
    let late = content(&file(SIZE + 2));
    page.accepts(late);
    assert_eq!(page.state(late), FileState::Failed(FileFailure::TooMany));
    page.feed(Input::Cancel(key));
    page.accepts(late);
    assert!(matches!(page.state(late), FileState::Waiting(_)));
}
