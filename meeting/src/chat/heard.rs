//! How much was heard of each page from the page itself. It outlives the messages: a long meeting
//! keeps only the newest, and the others must not come again as news.

use super::ChatEntry;
use crate::id::{InstanceId, ParticipantId};
use crate::limits;
use crate::signaling::Participant;

/// Loads of one participant's page of which something is remembered. Others are not forgotten
/// because somebody loads theirs again and again.
const LOADS: usize = 8;

/// How much was heard of each page.
#[derive(Debug, Default)]
pub(super) struct Heard(Vec<Page>);

#[derive(Debug)]
struct Page {
    author: ParticipantId,
    instance: InstanceId,
    /// The number after the last one.
    next: u64,
}

impl Heard {
    /// The number after the last message of a page.
    pub(super) fn next(&self, page: &Participant) -> u64 {
        self.find(&page.id, &page.instance).map_or(0, |it| it.next)
    }

    /// Whether a message came from its author, or was overtaken by one that did.
    pub(super) fn has(&self, author: &ParticipantId, instance: &InstanceId, number: u64) -> bool {
        self.find(author, instance)
            .is_some_and(|page| number < page.next)
    }

    /// Takes note of a message of a page. False when it was here before, nothing when its number
    /// leaves an absurd gap.
    pub(super) fn take(
        &mut self,
        page: &Participant,
        number: u64,
        is_present: impl Fn(&ParticipantId) -> bool,
    ) -> Option<bool> {
        let next = self.next(page);
        if number < next {
            return Some(false);
        }
        if number > limits::CHAT_NUMBER || number - next > limits::CHAT_GAP {
            return None;
        }
        self.set(&page.id, &page.instance, number + 1, is_present);
        Some(true)
    }

    /// Remembers what the load of this page before it had heard.
    pub(super) fn restore(&mut self, entry: &ChatEntry) {
        let next = entry.message.number.min(limits::CHAT_NUMBER) + 1;
        let known = self.find(&entry.author, &entry.instance);
        let next = next.max(known.map_or(0, |page| page.next));
        self.set(&entry.author, &entry.instance, next, |_| false);
    }

    fn set(
        &mut self,
        author: &ParticipantId,
        instance: &InstanceId,
        next: u64,
        is_present: impl Fn(&ParticipantId) -> bool,
    ) {
        let mut pages = self.0.iter_mut();
        if let Some(known) = pages.find(|it| it.author == *author && it.instance == *instance) {
            known.next = next;
            return;
        }
        let of_author = self.0.iter().filter(|it| it.author == *author).count();
        let oldest = if of_author >= LOADS {
            self.0.iter().position(|it| it.author == *author)
        } else if self.0.len() >= limits::CHAT_PAGES {
            // Whoever is gone can bring nothing a second time.
            let gone = self.0.iter().position(|it| !is_present(&it.author));
            Some(gone.unwrap_or(0))
        } else {
            None
        };
        if let Some(oldest) = oldest {
            self.0.remove(oldest);
        }
        self.0.push(Page {
            author: author.clone(),
            instance: instance.clone(),
            next,
        });
    }

    fn find(&self, author: &ParticipantId, instance: &InstanceId) -> Option<&Page> {
        self.0
            .iter()
            .find(|it| it.author == *author && it.instance == *instance)
    }
}
