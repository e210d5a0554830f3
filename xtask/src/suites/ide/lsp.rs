//! A client of the Language Server Protocol, as small as the suite needs: one server, one thread that reads, one guard.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The server dropped its answer because it learned something meanwhile, and wants to be asked again.
const CONTENT_MODIFIED: i64 = -32801;

pub(crate) struct Client {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// When the session has taken so long that something hangs.
    end: Instant,
    requests: u64,
}

impl Client {
    /// Starts the server; the session ends with an error when it takes longer than `guard`.
    pub(crate) fn start(command: &mut Command, guard: Duration) -> Result<Client> {
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What it says there is about its own inside.
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the language server")?;
        let input = server.stdin.take().context("no standard input")?;
        let mut output = BufReader::new(server.stdout.take().context("no standard output")?);
        let (sender, messages) = mpsc::channel();
        thread::spawn(move || {
            while let Ok(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Ok(Client {
            server,
            input,
            messages,
            end: Instant::now() + guard,
            requests: 0,
        })
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Value) -> Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Asks and waits for the answer.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Result<Value> {
        loop {
            self.requests += 1;
            let id = self.requests;
            self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
            let answer = self.wait(method, |message| {
                message["id"] == id && message["method"].is_null()
            })?;
            let error = &answer["error"];
            if error.is_null() {
                return Ok(answer["result"].clone());
            }
            if error["code"] != CONTENT_MODIFIED {
                bail!("{method} was answered with {error}");
            }
        }
    }

    /// Reads until a message is the wanted one. What the server asks meanwhile is answered with nothing.
    pub(crate) fn wait(
        &mut self,
        what: &str,
        mut is_wanted: impl FnMut(&Value) -> bool,
    ) -> Result<Value> {
        loop {
            let left = self.end.saturating_duration_since(Instant::now());
            let message = match self.messages.recv_timeout(left) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => bail!("the guard's time ran out: {what}"),
                Err(RecvTimeoutError::Disconnected) => bail!("the server ended: {what}"),
            };
            if is_wanted(&message) {
                return Ok(message);
            }
            if let (Some(_), Some(id)) = (message["method"].as_str(), message.get("id")) {
                self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null}))?;
            }
        }
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()?;
        Ok(())
    }
}

impl Drop for Client {
    /// Also its processes for macros end then: their pipes do.
    fn drop(&mut self) {
        // One that ended by itself cannot be killed, which is what was wanted.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(output: &mut impl BufRead) -> Result<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line)? == 0 {
            bail!("the end");
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = Some(value.trim().parse()?);
        }
    }
    let mut body = Vec::new();
    let length = length.context("a message without its length")?;
    output.take(length).read_to_end(&mut body)?;
    serde_json::from_slice(&body).context("a message that is not JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_as_long_as_their_headers_say() {
        let mut input =
            "Content-Length: 8\r\n\r\n{\"a\": 1}Content-Type: x\r\nContent-Length: 2\r\n\r\n[]"
                .as_bytes();
        assert_eq!(read(&mut input).unwrap(), json!({"a": 1}));
        assert_eq!(read(&mut input).unwrap(), json!([]));
        assert!(read(&mut input).is_err());
    }

    #[test]
    fn a_server_that_says_nothing_is_an_error() {
        let mut command = Command::new("cat");
        let mut client = Client::start(&mut command, Duration::from_millis(50)).unwrap();
        client.notify("hello", &json!({})).unwrap();
        let error = client.wait("an answer", |_| false).unwrap_err();
        assert_eq!(error.to_string(), "the guard's time ran out: an answer");
    }
}
