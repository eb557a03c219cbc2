//! A server on a free port, with rooms of one's choice and a page of a few files.

use std::fs;
use std::net::SocketAddr;

use server::settings::Settings;
use store::Store;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{PATIENCE, Rooms};

/// A server that runs until it is stopped or the test is over.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
    _site: TempDir,
}

impl Server {
    /// A server as an operator gets it who says nothing.
    pub(crate) async fn start(rooms: &Rooms) -> Self {
        Self::start_with(rooms, |_| {}).await
    }

    /// A server whose operator says this.
    pub(crate) async fn start_with(rooms: &Rooms, change: impl FnOnce(&mut Settings)) -> Self {
        let site = site();
        let mut settings = Settings::default();
        settings.site.folder = Some(site.path().to_owned());
        change(&mut settings);
        let store = rooms.open(&settings).await;
        Self::serve(settings, store, site).await
    }

    async fn serve(settings: Settings, store: Store, site: TempDir) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(server::run(
            listener,
            settings,
            store,
            stop.clone().cancelled_owned(),
        ));
        Self {
            address,
            stop,
            task,
            _site: site,
        }
    }

    /// Asks the server to stop and does not wait.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the server has stopped.
    pub(crate) async fn stopped(self) {
        timeout(PATIENCE, self.task)
            .await
            .expect("the server does not stop")
            .unwrap();
    }
}

/// The files of a page that was built, as far as the server can tell.
pub(crate) fn site() -> TempDir {
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("pkg")).unwrap();
    for (name, content) in [
        ("pkg/rotunda.0123456789abcdefghijkl.js", "export default 1;"),
        ("pkg/rotunda.0123456789abcdefghijkl.js.br", "(brotli)"),
        ("pkg/rotunda.0123456789abcdefghijkl.js.gz", "(gzip)"),
        ("pkg/rotunda.wasm", "wasm"),
        ("robots.txt", "User-agent: *\n"),
    ] {
        fs::write(site.path().join(name), content).unwrap();
    }
    site
}
