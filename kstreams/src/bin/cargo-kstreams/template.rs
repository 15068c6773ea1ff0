//! The files of a new project.

/// A file, and what is in it.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    /// For whoever looks at the project for the first time.
    pub(super) says: &'static str,
}
/// What is put into the texts.
pub(super) struct Named<'a> {
    pub(super) package: &'a str,
    pub(super) krate: &'a str,
    /// As a dependency has it.
    pub(super) kstreams: &'a str,
}

/// Path, text, meaning.
const FILES: &[(&str, &str, &str)] = &[
    ("Cargo.toml", include_str!("template/manifest.toml"), "features `kafka` and `ops-http` for later"),
    ("src/lib.rs", include_str!("template/lib.rs"), "topics, records, the topology"),
    ("src/main.rs", include_str!("template/main.rs"), "its command line"),
    ("tests/spending.rs", include_str!("template/spending.rs"), "a test over all partitions, crash included"),
    ("fixtures/orders.jsonl", include_str!("template/orders.jsonl"), "what `cargo run` reads without brokers"),
    ("{{name}}.lock", include_str!("template/names.lock"), "what deployed state hangs on; commit it"),
    ("README.md", include_str!("template/readme.md"), "what to do next"),
    (".gitignore", include_str!("template/gitignore"), ""),
];

/// All files.
pub(super) fn files(named: &Named<'_>) -> Vec<File> {
    let fill = |text: &str| {
        let text = text.replace("{{name}}", named.package).replace("{{crate}}", named.krate);
        text.replace("{{kstreams}}", named.kstreams)
    };
    FILES.iter().map(|(path, text, says)| File { path: fill(path), text: fill(text), says }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_be_filled_in() {
        let files = files(&Named { package: "my-shop", krate: "my_shop", kstreams: "version = \"0.1\"" });
        assert!(files.iter().all(|file| !file.text.contains("{{") && !file.path.contains("{{")));
        let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str()).unwrap();
        assert!(text("Cargo.toml").contains("kstreams = { version = \"0.1\", features = [\"cli\"] }"));
        assert!(text("my-shop.lock").contains("application my-shop\n"));
        assert!(text("src/main.rs").contains("use my_shop::spending;"));
    }
}
