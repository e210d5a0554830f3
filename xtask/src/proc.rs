//! Running other programs: with the terminal, for their output, or line by line with a guard against silence.

use std::{
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// A command that does not see what `cargo run` and rustup set for xtask itself.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if is_of_this_process(&name) {
            command.env_remove(&name);
        }
    }
    command
}

/// `cargo run` names itself (`CARGO`) and describes the package it runs (`CARGO_PKG_…`). A cargo of another toolchain
/// would take that over and hand it to build scripts.
fn is_of_this_process(name: &OsString) -> bool {
    let name = name.to_string_lossy();
    name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// Runs it with this terminal; an error when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Its standard output; an error with its standard error when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{} ended with {}\n{}",
            line(command),
            output.status,
            text.trim_end()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a program that was read line by line came to.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// It said nothing for longer than allowed and was killed.
    pub(crate) silent: bool,
}

/// Runs it and hands over each line of its standard output and standard error as it comes. `on_line` says how long
/// the program may be silent after that line; a program that is silent for longer is killed with all that it started.
pub(crate) fn lines(
    command: &mut Command,
    silence: Duration,
    mut on_line: impl FnMut(&str) -> Duration,
) -> Result<Ended> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", line(command)))?;
    let (sender, receiver) = mpsc::channel();
    forward(
        child.stdout.take().context("no standard output")?,
        sender.clone(),
    );
    forward(child.stderr.take().context("no standard error")?, sender);

    let (mut allowed, mut silent) = (silence, false);
    loop {
        match receiver.recv_timeout(allowed) {
            Ok(text) => allowed = on_line(&text),
            Err(RecvTimeoutError::Timeout) => {
                silent = true;
                kill_with_descendants(child.id())?;
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok(Ended {
        status: child.wait()?,
        silent,
    })
}

fn forward(stream: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut bytes = Vec::new();
        // Bytes, not `lines()`: a test may print what is not UTF-8, and reading must go on.
        while matches!(stream.read_until(b'\n', &mut bytes), Ok(n) if n > 0) {
            let text = String::from_utf8_lossy(&bytes)
                .trim_end_matches(['\r', '\n'])
                .to_owned();
            if sender.send(text).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

/// Kills a process and everything below it: a hung test binary is cargo's child, not ours.
fn kill_with_descendants(root: u32) -> Result<()> {
    let table = output(Command::new("ps").args(["-A", "-o", "pid=,ppid="]))?;
    let mut doomed = vec![root];
    let mut next = 0;
    while let Some(&parent) = doomed.get(next) {
        doomed.extend(children(&table, parent));
        next += 1;
    }
    let pids = doomed.iter().map(u32::to_string);
    // One that ended meanwhile makes `kill` fail, which is what was wanted.
    Command::new("kill")
        .arg("-KILL")
        .args(pids)
        .stderr(Stdio::null())
        .status()
        .context("cannot start kill")?;
    Ok(())
}

fn children(table: &str, parent: u32) -> impl Iterator<Item = u32> + '_ {
    table.lines().filter_map(move |row| {
        let mut numbers = row.split_whitespace().map(str::parse::<u32>);
        let (Some(Ok(pid)), Some(Ok(ppid))) = (numbers.next(), numbers.next()) else {
            return None;
        };
        (ppid == parent).then_some(pid)
    })
}

/// The command as a person would type it.
pub(crate) fn line(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let mut text = format!("`{}", name.to_string_lossy());
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text.push('`');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_ends_a_program_and_what_it_started() {
        let mut seen = Vec::new();
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo one; sleep 1000; echo two"]);
        let ended = lines(&mut shell, Duration::from_secs(60), |text| {
            seen.push(text.to_owned());
            Duration::from_millis(50)
        })
        .unwrap();
        assert!(ended.silent && !ended.status.success());
        assert_eq!(seen, ["one"]);
    }

    #[test]
    fn children_are_found_in_the_process_table() {
        let table = "   1 0\n  20 1\n 300 20\n  21 1\n";
        assert_eq!(children(table, 1).collect::<Vec<_>>(), [20, 21]);
        assert_eq!(children(table, 20).collect::<Vec<_>>(), [300]);
    }
}
