//! rust-analyzer as a process: it is asked and told things on its standard input; what it says comes from a thread.
use lsp_server::{Message, Notification, Request, Response};
use serde_json::Value;
use std::{
    ffi::OsStr,
    io::{BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// A language server, which ends with this value.
pub(super) struct Server {
    process: Child,
    to: ChildStdin,
    from: Receiver<Message>,
    asked: i32,
}
/// A first build of the user's dependencies is within it.
const PATIENCE: Duration = Duration::from_secs(600);
/// The question was overtaken by something that the server found out meanwhile (LSP: `ContentModified`).
const OVERTAKEN: i32 = -32801;

impl Server {
    pub(super) fn start(program: &OsStr, folder: &Path) -> Server {
        let mut command = Command::new(program);
        command.env("RA_LOG", "error").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", program.display()));
        let (Some(to), Some(out)) = (process.stdin.take(), process.stdout.take()) else { unreachable!("both are piped") };
        let (said, from) = channel();
        thread::spawn(move || {
            let mut out = BufReader::new(out);
            while let Ok(Some(message)) = Message::read(&mut out) {
                drop(said.send(message));
            }
        });
        Server { process, to, from, asked: 0 }
    }
    /// Asks until there is an answer.
    pub(super) fn ask(&mut self, method: &str, parameters: Value) -> Value {
        loop {
            let response = self.ask_once(method, parameters.clone());
            match response.error {
                None => return response.result.unwrap_or_default(),
                Some(error) if error.code == OVERTAKEN => {}
                Some(error) => panic!("{method}: {}", error.message),
            }
        }
    }
    fn ask_once(&mut self, method: &str, parameters: Value) -> Response {
        self.asked += 1;
        let id = self.asked.into();
        self.send(Request::new(id, method.to_owned(), parameters));
        loop {
            match self.next() {
                Message::Response(response) if response.id == self.asked.into() => return response,
                _ => {}
            }
        }
    }
    pub(super) fn tell(&mut self, method: &str, parameters: Value) {
        self.send(Notification::new(method.to_owned(), parameters));
    }
    /// Waits until it tells this.
    pub(super) fn told(&mut self, method: &str) -> Value {
        loop {
            match self.next() {
                Message::Notification(told) if told.method == method => return told.params,
                _ => {}
            }
        }
    }

    /// What it says next. Its own questions are about comforts that this editor does not have.
    fn next(&mut self) -> Message {
        let message = self.from.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("rust-analyzer says nothing more: {e}"));
        if let Message::Request(question) = &message {
            self.send(Response::new_ok(question.id.clone(), ()));
        }
        message
    }
    fn send(&mut self, message: impl Into<Message>) {
        let sent = message.into().write(&mut self.to).and_then(|()| self.to.flush());
        sent.unwrap_or_else(|e| panic!("rust-analyzer has ended: {e}"));
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
