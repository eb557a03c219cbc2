//! The program `rotunda` as an operator starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::signal;

/// A server. Dies when it is dropped.
pub(crate) struct Rotunda {
    pub(crate) address: SocketAddr,
    flags: Vec<String>,
    process: Child,
    site: TempDir,
}

impl Rotunda {
    /// Starts a server on a free port and waits until it is ready.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let site = tempfile::tempdir().unwrap();
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let (process, address) = launch("127.0.0.1:0", &site, &flags);
        Self {
            address,
            flags,
            process,
            site,
        }
    }

    /// The process dies at once.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Another process takes its place, at the same address and with nothing in memory.
    pub(crate) fn start_again(&mut self) {
        let address = self.address.to_string();
        (self.process, self.address) = launch(&address, &self.site, &self.flags);
    }

    /// The process is there and does nothing.
    pub(crate) fn freeze(&self) {
        signal::send("-STOP", self.process.id());
    }

    /// The process goes on where it was.
    pub(crate) fn thaw(&self) {
        signal::send("-CONT", self.process.id());
    }

    /// The process is asked to stop.
    pub(crate) fn ask_to_stop(&self) {
        signal::send("-TERM", self.process.id());
    }

    /// Waits until the process has ended well.
    pub(crate) fn has_stopped(&mut self) {
        assert!(self.process.wait().unwrap().success());
    }

    /// How many files and sockets it has open.
    pub(crate) fn open_files(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.process.id()));
        files.unwrap().count()
    }

    /// How much memory it has, in KiB.
    pub(crate) fn resident_kib(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.unwrap().parse().unwrap()
    }

    /// Whether it says that people can join.
    pub(crate) fn is_ready(&self) -> bool {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let request = "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 200")
    }
}

fn launch(listen: &str, site: &TempDir, flags: &[String]) -> (Child, SocketAddr) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rotunda"));
    command
        .args(["--listen", listen, "--site-root"])
        .arg(site.path());
    command
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    let address = first
        .trim_end()
        .strip_prefix("Rotunda is ready at http://")
        .expect("it did not start");
    let address = address.parse().unwrap();
    (process, address)
}

impl Drop for Rotunda {
    fn drop(&mut self) {
        // Where it is dead already, there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
