//! Who may ask: everybody, or whoever has the token.
use axum::http::{HeaderMap, header};

/// The rule of one server.
pub(in crate::app) struct Guard {
    pub(in crate::app) token: Option<String>,
    /// Whether rows of stores are given out.
    pub(in crate::app) rows: bool,
}
impl Guard {
    /// Whether a request with these headers, or this token in its query, is let in.
    pub(super) fn lets_in(&self, headers: &HeaderMap, query: Option<&str>) -> bool {
        let Some(token) = &self.token else { return true };
        let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        header.or(query).is_some_and(|given| equal(given.as_bytes(), token.as_bytes()))
    }
}
/// Compares all bytes whatever the first ones are: how long it takes tells nothing of them.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_only_where_there_is_one() {
        let none = HeaderMap::new();
        assert!(Guard { token: None, rows: true }.lets_in(&none, None));
        let guard = Guard { token: Some("s3cret".into()), rows: true };
        assert!(!guard.lets_in(&none, None));
        assert!(guard.lets_in(&none, Some("s3cret")));
        assert!(!guard.lets_in(&none, Some("s3crets")));
        let with = |value: &'static str| HeaderMap::from_iter([(header::AUTHORIZATION, header::HeaderValue::from_static(value))]);
        assert!(guard.lets_in(&with("Bearer s3cret"), None));
        assert!(!guard.lets_in(&with("Basic s3cret"), None));
        assert!(!guard.lets_in(&with("Bearer wrong!"), Some("s3cret")));
    }
}
