//! Where the tasks of a store run.

/// Starts tasks. In a simulation they belong to a server that can be frozen and killed.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    #[cfg(test)]
    pub(super) process: crate::simulation::process::Process,
}

impl Tasks {
    /// Starts a task that nobody waits for.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        #[cfg(test)]
        self.process.spawn(task);
        #[cfg(not(test))]
        tokio::spawn(task);
    }
}
