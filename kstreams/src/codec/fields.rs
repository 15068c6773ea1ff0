//! The fields behind a fingerprint, one word a field, and what an edit did to them.
use super::Shape;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What happened to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldChange {
    /// It is new.
    Added {
        /// Its path, `order.item`.
        path: String,
        /// Its type.
        ty: String,
    },
    /// It is no more.
    Removed {
        /// Its path.
        path: String,
        /// What it was.
        ty: String,
    },
    /// It has another type.
    Retyped {
        /// Its path.
        path: String,
        /// What it was.
        was: String,
        /// What it is.
        is: String,
    },
}
impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldChange::Added { path, ty } => write!(f, "+ {path}: {ty}"),
            FieldChange::Removed { path, ty } => write!(f, "- {path}: {ty}"),
            FieldChange::Retyped { path, was, is } => write!(f, "~ {path}: {was} → {is}"),
        }
    }
}

/// The fields of a record (only JSON has fields that can come and go), of all else its name.
pub(crate) fn words(shape: &Shape) -> Vec<String> {
    match fields(shape) {
        Some(fields) if fields.is_empty() => vec!["{}".into()],
        Some(fields) => fields,
        None => vec![shape.name()],
    }
}
/// The name of what has no fields.
pub(crate) fn plain(words: &[String]) -> Option<&str> {
    if let [word] = words { Some(word.as_str()).filter(|word| !word.contains(':')) } else { None }
}
/// `item:String`, `notes?.text:String`; `None` for what has no fields.
fn fields(shape: &Shape) -> Option<Vec<String>> {
    match shape {
        Shape::Record { .. } => {
            let mut words = vec![];
            walk(shape, String::new(), &mut words);
            words.sort();
            Some(words)
        }
        Shape::Composed { kind: "option" | "box", of: [of] } => fields(of),
        _ => None,
    }
}
fn walk(shape: &Shape, path: String, words: &mut Vec<String>) {
    match shape {
        Shape::Record { fields, .. } => {
            let dot = if path.is_empty() { "" } else { "." };
            fields.iter().for_each(|(name, shape)| walk(shape, format!("{path}{dot}{name}"), words));
        }
        Shape::Composed { kind: "option", of: [of] } if has_fields(of) => walk(of, format!("{path}?"), words),
        Shape::Composed { kind: "vec", of: [of] } if has_fields(of) => walk(of, format!("{path}[]"), words),
        Shape::Composed { kind: "box", of: [of] } => walk(of, path, words),
        leaf => words.push(format!("{path}:{}", leaf.name())),
    }
}
fn has_fields(shape: &Shape) -> bool {
    matches!(shape, Shape::Record { .. })
}

/// What changed between two lists of fields.
pub(crate) fn difference(was: &[String], is: &[String]) -> Vec<FieldChange> {
    let (was, is) = (by_path(was), by_path(is));
    let paths: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    paths.into_iter().filter_map(|path| change(path, was.get(path), is.get(path))).collect()
}
fn by_path(words: &[String]) -> BTreeMap<&str, &str> {
    words.iter().filter_map(|word| word.split_once(':')).collect()
}
fn change(path: &str, was: Option<&&str>, is: Option<&&str>) -> Option<FieldChange> {
    let path = path.to_owned();
    match (was, is) {
        (Some(was), Some(is)) if was == is => None,
        (Some(was), Some(is)) => Some(FieldChange::Retyped { path, was: (*was).to_owned(), is: (*is).to_owned() }),
        (None, Some(is)) => Some(FieldChange::Added { path, ty: (*is).to_owned() }),
        (Some(was), None) => Some(FieldChange::Removed { path, ty: (*was).to_owned() }),
        (None, None) => None,
    }
}

/// Whether old values are read by the new program and new ones by the old: nothing but optional fields came.
pub(crate) fn only_optional_came(changes: &[FieldChange], was: &[String]) -> bool {
    let known = |optional: &str| was.iter().any(|word| word.starts_with(optional));
    let optional =
        |path: &str, ty: &str| ty.starts_with("Option<") || path.rsplit_once("?.").is_some_and(|(of, _)| !known(&format!("{of}?.")));
    !changes.is_empty() && changes.iter().all(|c| matches!(c, FieldChange::Added { path, ty } if optional(path, ty)))
}
