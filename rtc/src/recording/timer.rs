//! A timer that goes on in a page nobody looks at: browsers
//! [hold back](https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers) the timers of
//! a hidden page, but not those of its workers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Interval;
use web_sys::Worker;

use crate::error::{JsError, report};
use crate::listener::Listener;

/// The worker, which is a file of the site: `public/timer.js`.
const SCRIPT: &str = "/timer.js";

/// Calls back again and again until dropped.
#[derive(Debug)]
pub(super) struct Timer {
    worker: Worker,
    _listeners: [Listener; 2],
    /// The page's own timer, where the worker does not come, as while the server is away.
    _instead: Rc<RefCell<Option<Interval>>>,
}

impl Timer {
    pub(super) fn every(period: Duration, on_tick: impl Fn() + 'static) -> Result<Self, JsError> {
        let millis = u32::try_from(period.as_millis()).unwrap_or(u32::MAX);
        let worker = Worker::new(SCRIPT)?;
        worker.post_message(&millis.into())?;
        let on_tick = Rc::new(on_tick);
        let ticking = Rc::clone(&on_tick);
        let tick = Listener::new(&worker, "message", move |_| ticking());
        let instead: Rc<RefCell<Option<Interval>>> = Rc::default();
        let timer = Rc::clone(&instead);
        let failure = Listener::new(&worker, "error", move |_| {
            report("the worker of the timer does not come");
            let on_tick = Rc::clone(&on_tick);
            timer.replace(Some(Interval::new(millis, move || on_tick())));
        });
        Ok(Self {
            worker,
            _listeners: [tick, failure],
            _instead: instead,
        })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
