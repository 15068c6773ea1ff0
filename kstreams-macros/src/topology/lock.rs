//! The lock: the committed list of names that the state of a deployed topology hangs on.
use std::io;
use syn::LitStr;

/// What operators append to the name they are given.
const DERIVED: &[&str] = &[
    "-this-join-store",
    "-other-join-store",
    "-left-shared-join-store",
    "-outer-shared-join-store",
    "-Buffer",
    "-subscription-store",
    "-subscription-registration-topic",
    "-subscription-response-topic",
];

/// `lock = "file"`, with the file's text if there is one: without a file the generated test says so, or writes it.
pub(super) struct Lock {
    pub path: LitStr,
    pub text: Option<String>,
}

/// A line of the file: `store orders-per-user kind=kv ..`.
pub(super) struct Locked<'a> {
    pub kind: &'a str,
    pub name: &'a str,
}

/// A path relative to the crate that is being compiled.
pub(super) fn in_crate(path: &str) -> std::path::PathBuf {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    std::path::Path::new(&root).join(path)
}

impl Lock {
    pub(super) fn read(path: LitStr) -> syn::Result<Lock> {
        let text = match std::fs::read_to_string(in_crate(&path.value())) {
            Ok(text) => Some(text),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(syn::Error::new(path.span(), format!("the lock `{}` cannot be read: {e}", path.value()))),
        };
        Ok(Lock { path, text })
    }

    /// The path behind the crate's folder, as `concat!` needs it.
    pub(super) fn relative(&self) -> String {
        format!("/{}", self.path.value())
    }

    /// The id that the lock was written for; older ones do not say.
    pub(super) fn application(&self) -> Option<&str> {
        self.text.as_deref()?.lines().find_map(|line| line.strip_prefix("application "))
    }

    /// Names that are written in the function as literals.
    pub(super) fn lines(&self) -> impl Iterator<Item = Locked<'_>> {
        let lines = self.text.as_deref().unwrap_or_default().lines().filter(|l| l.starts_with("store ") || l.starts_with("repartition "));
        lines.filter_map(|line| {
            let mut words = line.split_whitespace();
            Some(Locked { kind: words.next()?, name: words.next()? })
        })
    }
}

impl Locked<'_> {
    /// The name as the topology writes it.
    pub(super) fn written(&self) -> &str {
        DERIVED.iter().find_map(|d| self.name.strip_suffix(d)).unwrap_or(self.name)
    }

    /// The topic that an upgrade would leave behind.
    pub(super) fn topic(&self, id: &str) -> String {
        let suffix = match self.kind {
            "store" => "-changelog",
            // Topics of a foreign-key join have their suffix already.
            _ if DERIVED.iter().any(|derived| self.name.ends_with(derived)) => "",
            _ => "-repartition",
        };
        format!("{id}-{}{suffix}", self.name)
    }
}
