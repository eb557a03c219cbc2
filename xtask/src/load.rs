//! Other work on the machine: one core is kept busy while something is done.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Ends the load however the work beside it ends.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does something beside a thread that keeps one core busy and ends with it.
pub(crate) fn beside<T>(work: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                spin_loop();
            }
        });
        let _ending = Ending(&over);
        work()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_ends_with_the_work() {
        assert_eq!(beside(|| 42), 42);
    }

    #[test]
    fn the_load_ends_when_the_work_panics() {
        let outcome =
            std::panic::catch_unwind(|| beside(|| std::panic::resume_unwind(Box::new(()))));
        assert!(outcome.is_err());
    }
}
