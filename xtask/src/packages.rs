//! What comes from Debian and from npm.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::progress::step;
use crate::{prerequisites, project, shell};

/// Something that the tests need, and the Debian package that has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    sign: Sign,
    name: &'static str,
}

/// How one knows that it is there.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// A program starts.
    Program(&'static str),
    /// There is a font for a language.
    Font(&'static str),
}

impl Sign {
    fn is_there(self) -> bool {
        match self {
            Self::Program(program) => prerequisites::starts(program),
            Self::Font(language) => {
                let fonts = shell::output(Command::new("fc-list").arg(format!(":lang={language}")));
                fonts.is_ok_and(|fonts| !fonts.trim().is_empty())
            }
        }
    }
}

pub(crate) const CHROMIUM: Package = Package {
    sign: Sign::Program("chromium"),
    name: "chromium",
};
pub(crate) const CHROMEDRIVER: Package = Package {
    sign: Sign::Program("chromedriver"),
    name: "chromium-driver",
};
pub(crate) const FIREFOX: Package = Package {
    sign: Sign::Program("firefox-esr"),
    name: "firefox-esr",
};
pub(crate) const FFMPEG: Package = Package {
    sign: Sign::Program("ffprobe"),
    name: "ffmpeg",
};
pub(crate) const IP: Package = Package {
    sign: Sign::Program("ip"),
    name: "iproute2",
};
pub(crate) const REDIS_SERVER: Package = Package {
    sign: Sign::Program("redis-server"),
    name: "redis-server",
};
pub(crate) const REDIS_SENTINEL: Package = Package {
    sign: Sign::Program("redis-sentinel"),
    name: "redis-sentinel",
};
/// Characters that are drawn as boxes do not show whether a page has room for them.
pub(crate) const CHINESE_FONT: Package = Package {
    sign: Sign::Font("zh"),
    name: "fonts-wqy-microhei",
};
pub(crate) const TURN_SERVER: Package = Package {
    sign: Sign::Program("turnserver"),
    name: "coturn",
};

/// Makes sure that it is all there, by `apt-get` where that is possible.
///
/// # Errors
///
/// Something is missing and cannot be installed from here; the message says what to install.
pub(crate) fn debian(packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .filter(|package| !package.sign.is_there())
        .map(|package| package.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !prerequisites::starts("apt-get") {
        bail!("the tests need {names}; install what your system calls these packages");
    }
    if shell::output(Command::new("id").arg("-u"))?.trim() != "0" {
        bail!("the tests need some packages; as root run: apt-get install {names}");
    }
    step(&format!("Installing {names}"), || {
        shell::run(apt_get().arg("update"))?;
        shell::run(
            apt_get()
                .args(["install", "--yes", "--no-install-recommends"])
                .args(&missing),
        )?;
        if missing.contains(&TURN_SERVER.name) {
            stop_service(TURN_SERVER.name)?;
        }
        Ok(())
    })
}

/// Stops what a package has just started by itself. The tests start their own, and a TURN server as
/// it comes relays for anybody.
fn stop_service(name: &str) -> Result<()> {
    if !Path::new("/run/systemd/system").exists() {
        return Ok(());
    }
    let mut systemctl = Command::new("systemctl");
    shell::run(systemctl.args(["disable", "--now", "--quiet", name]))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command
        .arg("--quiet=2")
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Installs the Node packages of a directory exactly as its lock file says, unless they are there.
///
/// # Errors
///
/// There is no lock file, or npm fails.
pub(crate) fn npm(directory: &Path) -> Result<()> {
    let lock = directory.join("package-lock.json");
    // A copy of the lock file marks a finished installation; an interrupted one has none.
    let stamp = directory.join("node_modules/.installed-package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let is_installed = || fs::read(&stamp).is_ok_and(|installed| installed == wanted);
    if is_installed() {
        return Ok(());
    }
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let target = project::target();
    fs::create_dir_all(&target).with_context(|| format!("cannot create {}", target.display()))?;
    let lock = File::create(target.join(format!("npm-{name}.lock")))?;
    lock.lock().context("cannot lock the Node packages")?;
    if is_installed() {
        return Ok(());
    }
    step(&format!("Installing the Node packages of {name}"), || {
        let mut npm = Command::new("npm");
        // All of them are tools, whatever the environment says of what is left out.
        npm.args(["ci", "--include=dev", "--include=optional"])
            .args(["--ignore-scripts", "--no-audit", "--no-fund"])
            .env_remove("NODE_ENV")
            .current_dir(directory);
        shell::run(&mut npm)?;
        fs::write(&stamp, &wanted).context("cannot mark the Node packages as installed")
    })
}

/// A program of the Node packages of a directory, never one from elsewhere.
pub(crate) fn node_program(directory: &Path, name: &str) -> Command {
    let mut program = Command::new(directory.join("node_modules/.bin").join(name));
    program.current_dir(directory);
    program
}
