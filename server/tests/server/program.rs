//! The program itself: what it prints, how it ends, and what it says when it cannot start.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};

use clap::CommandFactory;
use server::settings::flags::Flags;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::support::{Http, PATIENCE, site};

fn rotunda(flags: &[&str]) -> Command {
    command(Path::new(env!("CARGO_BIN_EXE_rotunda")), flags)
}

fn command(program: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.kill_on_drop(true);
    command
}

/// The program, ready, on a free port.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
}

impl Running {
    pub(crate) async fn start(flags: &[&str]) -> Self {
        Self::start_program(Path::new(env!("CARGO_BIN_EXE_rotunda")), flags).await
    }

    async fn start_program(program: &Path, flags: &[&str]) -> Self {
        let flags = [&["--listen", "127.0.0.1:0"], flags].concat();
        let mut child = command(program, &flags).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        timeout(PATIENCE, stdout.read_line(&mut line))
            .await
            .unwrap()
            .unwrap();
        let url = line
            .trim_end()
            .strip_prefix("Rotunda is ready at ")
            .unwrap()
            .to_owned();
        Self { child, stdout, url }
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.url.strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// Sends a signal, waits for the end, and returns what was printed after the first line and
    /// what was logged.
    pub(crate) async fn stop(mut self, signal: &str) -> (String, String) {
        let pid = self.child.id().unwrap().to_string();
        let sent = Command::new("kill")
            .args([signal, &pid])
            .status()
            .await
            .unwrap();
        assert!(sent.success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).await.unwrap();
        let output = timeout(PATIENCE, self.child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        assert!(output.status.success(), "{:?}", output.status);
        (rest, String::from_utf8(output.stderr).unwrap())
    }
}

/// The one line with which the program gives up.
async fn failure(flags: &[&str]) -> String {
    let run = rotunda(flags).output();
    let Output {
        status,
        stdout,
        stderr,
    } = timeout(PATIENCE, run).await.unwrap().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{flags:?} worked");
    assert!(stdout.is_empty());
    assert!(
        !said.contains("panicked") && !said.contains("backtrace"),
        "{said}"
    );
    said
}

#[tokio::test]
async fn it_prints_its_url_and_nothing_else_and_stops_when_told() {
    let site = site();
    let site = site.path().to_str().unwrap();
    for signal in ["-INT", "-TERM"] {
        let running = Running::start(&["--site-root", site]).await;
        let answer = Http::to(running.address(), "/healthz").send().await;
        assert_eq!(answer.status, 200);
        let (rest, _) = running.stop(signal).await;
        assert_eq!(rest, "");
    }
}

#[tokio::test]
async fn it_says_the_public_url_where_there_is_one() {
    let site = site();
    let site = site.path().to_str().unwrap();
    let public = [
        "--site-root",
        site,
        "--public-url",
        "https://meet.example.org/",
    ];
    assert_eq!(
        Running::start(&public).await.url,
        "https://meet.example.org"
    );
}

#[tokio::test]
async fn it_says_what_is_wrong_and_what_to_do() {
    let site = site();
    let empty = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let (site, empty) = (
        site.path().to_str().unwrap(),
        empty.path().to_str().unwrap(),
    );
    for (flags, hints) in [
        (
            &["--site-root", site, "--listen", &taken][..],
            &["--listen", &taken, "in use"][..],
        ),
        (
            &[
                "--site-root",
                site,
                "--listen=127.0.0.1:0",
                "--redis-url=redis://127.0.0.1:1",
            ],
            &["--redis-url", "check that it runs"],
        ),
        (
            &[
                "--site-root",
                site,
                "--listen=127.0.0.1:0",
                "--redis-url=http://127.0.0.1",
            ],
            &["--redis-url", "redis://"],
        ),
        (
            &["--site-root", empty],
            &["--site-root", empty, "cargo xtask build"],
        ),
        (&["--log", "server=loudly"], &["--log", "info"]),
        (&["--listen", "everywhere"], &["--listen", "everywhere"]),
        (&["--fast"], &["--fast", "--help"]),
    ] {
        let said = failure(flags).await;
        for hint in hints {
            assert!(said.contains(hint), "{flags:?}: {said}");
        }
    }
}

#[tokio::test]
async fn help_names_every_flag_with_its_variable() {
    let output = rotunda(&["--help"]).output().await.unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for flag in [
        "listen",
        "public-url",
        "redis-url",
        "turn-secret",
        "site-root",
        "capacity",
    ] {
        let variable = format!("ROTUNDA_{}", flag.to_uppercase().replace('-', "_"));
        assert!(
            help.contains(&format!("--{flag}")) && help.contains(&variable),
            "{flag}: {help}"
        );
    }
}

#[tokio::test]
async fn a_secret_in_the_environment_stays_out_of_the_help() {
    let output = rotunda(&["--help"])
        .env("ROTUNDA_TURN_SECRET", "hunter2")
        .output()
        .await;
    assert!(
        !String::from_utf8(output.unwrap().stdout)
            .unwrap()
            .contains("hunter2")
    );
}

#[tokio::test]
async fn a_flag_can_come_from_the_environment() {
    let missing = tempfile::tempdir().unwrap();
    let missing = missing.path().to_str().unwrap().to_owned();
    let output = rotunda(&[])
        .env("ROTUNDA_SITE_ROOT", &missing)
        .output()
        .await
        .unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains(&missing));
    assert!(fs::exists(&missing).unwrap());
}

/// Somebody who leaves a variable empty has forgotten something, whichever it is.
#[tokio::test]
async fn an_empty_variable_is_an_error_that_names_the_setting() {
    let site = site();
    let site = site.path().to_str().unwrap();
    let command = Flags::command();
    let settings = command.get_arguments().filter_map(|argument| {
        let variable = argument.get_env()?.to_str()?;
        Some((argument.get_long()?, variable))
    });
    for (flag, variable) in settings {
        for nothing in ["", " "] {
            let mut program = rotunda(&[]);
            for (name, value) in [
                ("ROTUNDA_LISTEN", "127.0.0.1:0"),
                ("ROTUNDA_SITE_ROOT", site),
                ("ROTUNDA_TURN_SECRET", "north"),
                (variable, nothing),
            ] {
                program.env(name, value);
            }
            let output = timeout(PATIENCE, program.output()).await.unwrap().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success(), "{variable}={nothing:?} worked");
            assert!(said.contains(&format!("--{flag}")), "{variable}: {said}");
        }
    }
}

#[tokio::test]
async fn a_running_server_keeps_the_page_of_its_own_build() {
    let root = tempfile::tempdir().unwrap();
    let build = |name: &str| {
        let folder = root.path().join(name);
        fs::create_dir_all(folder.join("site/pkg")).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_rotunda"), folder.join("rotunda")).unwrap();
        let hashes = format!("js: {name}\nwasm: {name}\ncss: {name}\n");
        fs::write(folder.join("hash.txt"), hashes).unwrap();
        fs::write(folder.join(format!("site/pkg/rotunda.{name}.js")), name).unwrap();
        let link = root.path().join("rotunda");
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(folder.join("rotunda"), &link).unwrap();
        link
    };
    let running = Running::start_program(&build("first"), &[]).await;
    build("second");
    let home = Http::to(running.address(), "/").send().await.text();
    assert!(
        home.contains("rotunda.first.js") && !home.contains("second"),
        "{home}"
    );
    let file = Http::to(running.address(), "/pkg/rotunda.first.js")
        .send()
        .await;
    assert_eq!((file.status, &*file.text()), (200, "first"));
}
