//! A recording that this page makes: when it begins and ends, and what becomes of what was recorded.
//!
//! The recorder gives what it records in parts, which are stored one after the other; so whatever
//! happens to the page or to the disk, what is stored stays. A recording that the person ends is saved
//! to a file at once. One that breaks off is kept as it is: the person is told why, and may save it
//! or discard it whenever they like.

use std::collections::VecDeque;
use std::time::Duration;

use super::Subject;
use crate::limits;

/// Why something about a recording did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no room left for it, on the disk or in what the browser allows this site.
    NoSpace,
    /// The browser lets this page store nothing, as in some private windows.
    Denied,
    /// It cannot be stored or written, for another reason.
    Storage,
    /// It cannot be stored as fast as it is recorded.
    TooSlow,
    /// The browser's recorder failed.
    Recorder,
}

impl Problem {
    /// What an exception means that came of storing or writing something
    /// ([File System](https://fs.spec.whatwg.org/#api-filesystemwritablefilestream)).
    pub fn of_storage(name: &str) -> Self {
        match name {
            "QuotaExceededError" => Self::NoSpace,
            "SecurityError" | "NotAllowedError" => Self::Denied,
            _ => Self::Storage,
        }
    }
}

/// How much was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// From the beginning to the end of the last part.
    pub length: Duration,
    /// All parts together.
    pub bytes: u64,
}

/// What came of saving a recording to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is in the file that the person picked.
    InFile,
    /// The browser has taken it for a download, and tells nobody whether that comes to its end.
    AsDownload,
    /// The person picked no file.
    Dismissed,
    /// It could not be written.
    Failed(Problem),
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The person wants this recorded.
    Start(Subject),
    /// The person wants no more recorded, or the call is over.
    Stop,
    /// Whether there is a shared screen now.
    Shared(bool),
    /// The recorder has begun.
    Began,
    /// The recorder gave a part of so many bytes, which ends so long after the beginning.
    Recorded(Duration, u64),
    /// The oldest part that was not stored yet is stored now.
    Stored,
    /// The recorder has stopped, asked or not, and no part will be stored any more.
    Ended,
    /// Recording or storing failed.
    Failed(Problem),
    /// What was to be saved is, or is not.
    Saved(Saved),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Make a place for the parts, and have the recorder begin.
    Open(Subject),
    /// Have the recorder stop. It will be saved, so this is the time to ask for a file: a browser lets
    /// a page ask only just after something was pressed.
    Finish,
    /// Have the recorder stop, and store what it still gives. It will not be saved.
    BreakOff,
    /// Save it to a file.
    Save,
    /// Leave it where it is, for the person to save or discard it.
    Keep,
    /// Remove what there may be of it.
    Discard,
    /// Worth a word to the person, once.
    Tell(Notice),
}

/// What the person is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It has begun.
    Started(Subject),
    /// It could not begin.
    NotStarted(Problem),
    /// It ended before there was anything to keep.
    Empty,
    /// It broke off. What was recorded is kept.
    BrokeOff(Problem),
    /// It broke off because the page was loaded again. What was recorded is kept.
    Interrupted,
    /// It is in the file that the person picked.
    Saved,
    /// It is a download of the browser now, and kept for some time.
    Downloaded,
    /// The person picked no file. It is kept.
    Dismissed,
    /// It could not be saved. It is kept.
    NotSaved(Problem),
}

/// How far a recording has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// There is none.
    #[default]
    Idle,
    /// It is about to begin.
    Starting(Subject),
    /// It runs, and so much of it is stored.
    Running(Subject, Extent),
    /// The recorder was asked to stop; the last parts are being stored.
    Stopping(Extent),
    /// It is being saved to a file.
    Saving(Extent),
}

impl Phase {
    /// What is being recorded; everybody in the call is told so.
    pub const fn subject(self) -> Option<Subject> {
        match self {
            Self::Starting(subject) | Self::Running(subject, _) => Some(subject),
            Self::Idle | Self::Stopping(_) | Self::Saving(_) => None,
        }
    }

    /// How much of it would be there if the page went now.
    pub const fn stored(self) -> Extent {
        match self {
            Self::Running(_, extent) | Self::Stopping(extent) | Self::Saving(extent) => extent,
            Self::Idle | Self::Starting(_) => Extent {
                length: Duration::ZERO,
                bytes: 0,
            },
        }
    }
}

/// A recording, or that there is none.
#[derive(Debug, Default)]
pub struct Session {
    phase: Phase,
    /// Whether there is a shared screen.
    shared: bool,
    /// What the recorder gave and is not stored yet, the oldest first.
    waiting: VecDeque<(Duration, u64)>,
    /// What it breaks off for.
    problem: Option<Problem>,
    outputs: VecDeque<Output>,
}

impl Session {
    /// How far it has come.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Takes what happened. Drain [`Session::poll_output`] afterwards.
    pub fn handle(&mut self, input: Input) {
        match input {
            Input::Start(subject) => self.start(subject),
            Input::Stop => self.finish(),
            Input::Shared(shared) => {
                self.shared = shared;
                if !shared && self.phase.subject() == Some(Subject::Screen) {
                    self.finish();
                }
            }
            Input::Began => {
                if let Phase::Starting(subject) = self.phase {
                    self.phase = Phase::Running(subject, Extent::default());
                    self.tell(Notice::Started(subject));
                }
            }
            Input::Recorded(until, bytes) => self.on_recorded(until, bytes),
            Input::Stored => self.on_stored(),
            Input::Ended => self.on_ended(),
            Input::Failed(problem) => self.on_failed(problem),
            Input::Saved(saved) => self.on_saved(saved),
        }
    }

    fn start(&mut self, subject: Subject) {
        let can_be_recorded = match subject {
            Subject::Meeting | Subject::Camera | Subject::Sound => true,
            Subject::Screen => self.shared,
            Subject::Unknown => false,
        };
        if self.phase == Phase::Idle && can_be_recorded {
            self.problem = None;
            self.waiting.clear();
            self.phase = Phase::Starting(subject);
            self.outputs.push_back(Output::Open(subject));
        }
    }

    fn finish(&mut self) {
        if self.phase.subject().is_some() {
            self.phase = Phase::Stopping(self.phase.stored());
            self.outputs.push_back(Output::Finish);
        }
    }

    fn on_recorded(&mut self, until: Duration, bytes: u64) {
        if self.phase == Phase::Idle {
            return;
        }
        self.waiting.push_back((until, bytes));
        let waiting: u64 = self.waiting.iter().map(|(_, bytes)| bytes).sum();
        if waiting > limits::RECORDING_BACKLOG_BYTES {
            self.on_failed(Problem::TooSlow);
        }
    }

    fn on_stored(&mut self) {
        let Some((until, part)) = self.waiting.pop_front() else {
            return;
        };
        if let Phase::Running(_, extent) | Phase::Stopping(extent) = &mut self.phase {
            extent.length = until;
            extent.bytes = extent.bytes.saturating_add(part);
        }
    }

    fn on_failed(&mut self, problem: Problem) {
        match self.phase {
            Phase::Starting(_) => self.end(Output::Discard, Notice::NotStarted(problem)),
            Phase::Running(_, extent) => {
                self.problem = Some(problem);
                self.phase = Phase::Stopping(extent);
                self.outputs.push_back(Output::BreakOff);
            }
            Phase::Stopping(_) => self.problem = self.problem.or(Some(problem)),
            Phase::Idle | Phase::Saving(_) => {}
        }
    }

    fn on_ended(&mut self) {
        match (self.phase, self.problem) {
            (Phase::Idle | Phase::Saving(_), _) => {}
            (Phase::Starting(_), _) => self.on_failed(Problem::Recorder),
            (Phase::Running(_, extent) | Phase::Stopping(extent), problem) => {
                match (extent.bytes, problem) {
                    (0, None) => self.end(Output::Discard, Notice::Empty),
                    (0, Some(problem)) => self.end(Output::Discard, Notice::NotStarted(problem)),
                    (_, Some(problem)) => self.end(Output::Keep, Notice::BrokeOff(problem)),
                    (_, None) => {
                        self.phase = Phase::Saving(extent);
                        self.outputs.push_back(Output::Save);
                    }
                }
            }
        }
    }

    fn on_saved(&mut self, saved: Saved) {
        if matches!(self.phase, Phase::Saving(_)) {
            self.phase = Phase::Idle;
            self.tell(match saved {
                Saved::InFile => Notice::Saved,
                Saved::AsDownload => Notice::Downloaded,
                Saved::Dismissed => Notice::Dismissed,
                Saved::Failed(problem) => Notice::NotSaved(problem),
            });
        }
    }

    fn end(&mut self, with: Output, notice: Notice) {
        self.phase = Phase::Idle;
        self.outputs.push_back(with);
        self.tell(notice);
    }

    fn tell(&mut self, notice: Notice) {
        self.outputs.push_back(Output::Tell(notice));
    }
}
