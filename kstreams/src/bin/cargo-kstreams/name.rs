//! Names of projects: they become a package, a crate, a consumer group and the prefix of topics.

/// What no crate may be called, or what the project itself depends on.
const TAKEN: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "kstreams",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "serde",
    "spending",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "build",
    "deps",
    "examples",
    "incremental",
];
/// A consumer group, and with the name of a store a topic, whose names may have 249.
const LETTERS_MAX: usize = 64;

/// The name of the crate, if the package may be called so.
///
/// # Errors
/// It may not, and why.
pub(super) fn crate_of(name: &str) -> Result<String, String> {
    let no = |why: &str| Err(format!("`{name}` cannot be the name of a project: {why}. Take one such as `my-shop`"));
    let first = name.chars().next();
    if !first.is_some_and(|c| c.is_ascii_alphabetic()) {
        return no("it has to begin with a letter from a to z");
    }
    if let Some(other) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_".contains(*c)) {
        return no(&format!("`{other}` is no letter, digit, - or _; the project is made in the current folder"));
    }
    if name.len() > LETTERS_MAX {
        return no(&format!("it has more than {LETTERS_MAX} letters, and it is the first part of the names of topics"));
    }
    let name = name.replace('-', "_");
    if TAKEN.contains(&name.to_lowercase().as_str()) { no("Rust, Cargo or a crate that it uses has that name") } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_of_a_package_and_of_a_group() {
        assert_eq!(crate_of("my-shop").as_deref(), Ok("my_shop"));
        assert_eq!(crate_of("Shop2").as_deref(), Ok("Shop2"));
        let long = "a".repeat(65);
        for refused in ["", "2shop", "_shop", "my shop", "../shop", "shöp", "fn", "kstreams", "test", long.as_str()] {
            let error = crate_of(refused).unwrap_err();
            assert!(error.contains("my-shop"), "{refused}: {error}");
        }
    }
}
