//! The tasks of one server. The operating system may stop giving them time, and kill them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use tokio::task::AbortHandle;

/// Above this many tasks, those that have ended are forgotten.
const TASKS: usize = 64;

/// One start of one server. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Process(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    mode: Mode,
    tasks: Vec<AbortHandle>,
    /// Who had something to do while it was frozen.
    waiting: Vec<Waker>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Running,
    Frozen,
    Dead,
}

impl Process {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn mode(&self) -> Mode {
        self.state().mode
    }

    /// Starts a task. What is dead starts nothing.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if self.mode() == Mode::Dead {
            return;
        }
        let scheduled = Scheduled {
            process: self.clone(),
            task: Box::pin(task),
        };
        let handle = tokio::spawn(scheduled).abort_handle();
        let mut state = self.state();
        if state.tasks.len() > TASKS {
            state.tasks.retain(|task| !task.is_finished());
        }
        state.tasks.push(handle);
    }

    /// No task gets any time.
    pub(crate) fn freeze(&self) {
        let mut state = self.state();
        if state.mode == Mode::Running {
            state.mode = Mode::Frozen;
        }
    }

    /// All tasks go on.
    pub(crate) fn thaw(&self) {
        let mut state = self.state();
        if state.mode == Mode::Frozen {
            state.mode = Mode::Running;
            state.waiting.drain(..).for_each(Waker::wake);
        }
    }

    /// All tasks end where they are.
    pub(crate) fn kill(&self) {
        let mut state = self.state();
        state.mode = Mode::Dead;
        let tasks = std::mem::take(&mut state.tasks);
        drop(state);
        for task in tasks {
            task.abort();
        }
    }
}

/// A task that runs while its process does.
struct Scheduled<T> {
    process: Process,
    task: Pin<Box<T>>,
}

impl<T: Future<Output = ()>> Future for Scheduled<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.process.state();
        if state.mode == Mode::Frozen {
            state.waiting.push(context.waker().clone());
            return Poll::Pending;
        }
        drop(state);
        self.task.as_mut().poll(context)
    }
}
