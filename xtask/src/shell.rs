//! Running other programs, and telling people things.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling people is its job"
)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Tells the person at the terminal something, beside the output of what runs.
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// Prints a result that another program may want to read.
pub(crate) fn report(text: &str) {
    println!("{text}");
}

/// Runs a program to its end, its output going to the terminal.
///
/// # Errors
///
/// It cannot be started, or it ends with anything but success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if status.success() {
        Ok(())
    } else {
        bail!("{} failed: {status}", line(command))
    }
}

/// Runs a program to its end and returns what it wrote to standard output.
///
/// # Errors
///
/// It cannot be started, or it ends with anything but success.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        bail!("{} failed: {}", line(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program to its end, hands on every line of its output in order, and echoes it.
/// Returns whether it succeeded.
///
/// # Errors
///
/// It cannot be started or read.
pub(crate) fn stream(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<bool> {
    let (reader, writer) = std::io::pipe().context("cannot open a pipe")?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {}", line(command)))?;
    // The command still holds our ends of the pipe; without closing them the reading never ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    for text in BufReader::new(reader).split(b'\n') {
        let text = text.context("cannot read the output")?;
        let text = String::from_utf8_lossy(&text);
        say(&text);
        on_line(&text);
    }
    Ok(child.wait()?.success())
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).expect_err("must fail");
        assert!(error.to_string().contains("sh -c exit 3"), "{error}");
    }

    #[test]
    fn lines_of_both_streams_arrive_in_the_order_they_were_written() {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; echo three"]);
        let succeeded = stream(&mut command, |line| lines.push(line.to_owned())).expect("runs");
        assert!(succeeded);
        assert_eq!(lines, ["one", "two", "three"]);
    }
}
