//! The functions that the scenarios' operators call.
use super::scenario::{KeyOf, Node};

/// Sum of the UTF-16 code units.
pub(super) fn sum(value: &str) -> u64 {
    value.encode_utf16().map(u64::from).sum()
}
/// `filter`'s and `branch`'s predicate.
pub(super) fn keeps(node: &Node) -> impl Fn(&String) -> bool + Copy + Send + Sync + 'static {
    let (modulus, drop) = (node.modulus(), node.drop());
    move |value| sum(value) % modulus != drop
}
/// The same of a stream, whose nulls it drops.
pub(super) fn keeps_present(node: &Node) -> impl Fn(&Option<String>) -> bool + Copy + Send + Sync + 'static {
    let keep = keeps(node);
    move |value| value.as_ref().is_some_and(keep)
}
impl KeyOf {
    pub(super) fn of(self, value: &str) -> Option<String> {
        match self {
            KeyOf::Bucket(n) => Some(format!("b{}", sum(value) % n)),
            KeyOf::First(_) => value.chars().next().map(String::from),
            KeyOf::AfterHash(_) => value.split_once('#').map(|(_, key)| key.to_string()),
        }
    }
    /// Where the scenarios promise a key.
    pub(super) fn key(self, value: &str) -> String {
        self.of(value).unwrap_or_else(|| panic!("`{value}` has no key"))
    }
    /// The same of a stream's value.
    pub(super) fn key_of(self, value: &Option<String>) -> String {
        self.key(value.as_deref().unwrap_or_else(|| panic!("null has no key")))
    }
}
pub(super) fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_else(|| "null".into())
}
pub(super) fn join(left: Option<&String>, right: Option<&String>) -> String {
    format!("({},{})", text(left), text(right))
}
pub(super) fn zero() -> String {
    "0".into()
}
pub(super) fn add(aggregate: &mut String, value: &String) {
    *aggregate = format!("{aggregate}+{value}");
}
pub(super) fn subtract(aggregate: &mut String, value: &String) {
    *aggregate = format!("{aggregate}-{value}");
}
pub(super) fn reduce(aggregate: &mut String, value: &String) {
    *aggregate = format!("{aggregate}.{value}");
}
pub(super) fn merge(earlier: &mut String, later: String) {
    *earlier = format!("{earlier}|{later}");
}
pub(super) fn windowed_key(key: &str, start: i64, end: i64) -> String {
    format!("{key}@{start}/{end}")
}
