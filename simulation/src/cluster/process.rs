//! The tasks of one server. The operating system may stop giving them time, and kill them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use futures::future::BoxFuture;
use meeting::backoff::Jitter;
use store::Runtime;
use tokio::task::AbortHandle;

/// Above this many tasks, those that have ended are forgotten.
const TASKS: usize = 64;

/// One start of one server. Clones are the same.
#[derive(Clone, Debug)]
pub struct Process(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    mode: Mode,
    random: Jitter,
    tasks: Vec<AbortHandle>,
    /// Who had something to do while it was frozen.
    waiting: Vec<Waker>,
}

/// What the operating system does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It gets time.
    Running,
    /// It gets none.
    Frozen,
    /// It was killed.
    Dead,
}

impl Process {
    /// One that runs. Its chance comes from a seed.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            mode: Mode::Running,
            random: Jitter::new(seed),
            tasks: Vec::new(),
            waiting: Vec::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// What the operating system does with it.
    pub fn mode(&self) -> Mode {
        self.state().mode
    }

    /// Starts a task. What is dead starts nothing.
    pub fn start(&self, task: impl Future<Output = ()> + Send + 'static) {
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
    pub fn freeze(&self) {
        let mut state = self.state();
        if state.mode == Mode::Running {
            state.mode = Mode::Frozen;
        }
    }

    /// All tasks go on.
    pub fn thaw(&self) {
        let mut state = self.state();
        if state.mode == Mode::Frozen {
            state.mode = Mode::Running;
            state.waiting.drain(..).for_each(Waker::wake);
        }
    }

    /// All tasks end where they are.
    pub fn kill(&self) {
        let mut state = self.state();
        state.mode = Mode::Dead;
        let tasks = std::mem::take(&mut state.tasks);
        drop(state);
        for task in tasks {
            task.abort();
        }
    }
}

impl Runtime for Process {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn sleep_until(&self, then: Instant) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep_until(then.into()))
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.start(task);
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), getrandom::Error> {
        let random = &mut self.state().random;
        for chunk in bytes.chunks_mut(8) {
            let number = random.next_u64().to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
        Ok(())
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
