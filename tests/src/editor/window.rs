//! The one window of the editor: the crate's root, whose text changes while somebody writes.
use super::{
    program::rust_analyzer_or_skip,
    project::{Project, standard_library},
    server::Server,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path, process};

/// A user's crate with its root open.
pub struct Editor {
    server: Server,
    uri: String,
    version: u32,
}
/// Where somebody is writing.
const CURSOR: char = '^';

impl Editor {
    /// Writes the crate into `folder` and opens it. `None`: this machine has no rust-analyzer, and the test is to be skipped; that is said on
    /// standard error, and with `CI=true` it is a failure.
    ///
    /// # Panics
    /// If the crate cannot be loaded.
    pub fn open(folder: &Path) -> Option<Editor> {
        let program = rust_analyzer_or_skip()?;
        let project = Project::write(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut server = Server::start(&program, project.folder());
        server.ask("initialize", greeting(project.folder()));
        server.tell("initialized", json!({}));
        settle(&mut server);
        let uri = uri(&project.root());
        server.tell("textDocument/didOpen", json!({"textDocument": {"uri": uri, "languageId": "rust", "version": 0, "text": ""}}));
        Some(Editor { server, uri, version: 0 })
    }
    /// The names that are offered where the text of the crate's root has its cursor, `^`.
    ///
    /// # Panics
    /// If there is no cursor in the text.
    pub fn offered(&mut self, text: &str) -> BTreeSet<String> {
        let Some((before, after)) = text.split_once(CURSOR) else { panic!("no cursor in:\n{text}") };
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        let change = json!({"textDocument": document, "contentChanges": [{"text": format!("{before}{after}")}]});
        self.server.tell("textDocument/didChange", change);
        let question = json!({"textDocument": {"uri": self.uri}, "position": end(before)});
        names(&self.server.ask("textDocument/completion", question))
    }
}

/// What this editor can, and how the crate is loaded.
fn greeting(folder: &Path) -> Value {
    json!({
        "processId": process::id(),
        "rootUri": uri(folder),
        "capabilities": {"experimental": {"serverStatusNotification": true}},
        "initializationOptions": {
            // Without a library given, rust-analyzer has rustup add the sources of the real one to the user's toolchain.
            "cargo": {"sysrootSrc": standard_library(), "targetDir": folder.join("target")},
            "cachePriming": {"enable": false},
            "checkOnSave": false,
            "completion": {"callable": {"snippets": "none"}, "postfix": {"enable": false}},
        },
    })
}
/// Waits until the macros are built and everything is loaded.
fn settle(server: &mut Server) {
    let settled = loop {
        let status = server.told("experimental/serverStatus");
        if status["quiescent"] == true {
            break status;
        }
    };
    assert_eq!(settled["health"], "ok", "the crate is not loaded as it should be: {settled}");
}
fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
/// The place behind a text, as LSP counts. The texts are ASCII.
fn end(before: &str) -> Value {
    let line = before.rsplit('\n').next().unwrap_or_default();
    json!({"line": before.matches('\n').count(), "character": line.len()})
}
/// `filter` of `filter(…)`, `map_values` of `map_values(…) (alias mapValues)`.
fn names(answer: &Value) -> BTreeSet<String> {
    let items = answer.as_array().or_else(|| answer["items"].as_array());
    let labels = items.into_iter().flatten().filter_map(|item| item["label"].as_str());
    labels.map(|label| label.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}
