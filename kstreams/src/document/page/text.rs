//! Sentences on the page: what stands between backticks is code, as in Markdown.
use maud::{Markup, html};

pub(super) fn text(text: &str) -> Markup {
    html! { @for (i, part) in text.split('`').enumerate() { @if i % 2 == 1 { code { (part) } } @else { (part) } } }
}

#[cfg(test)]
mod tests {
    #[test]
    fn code_is_code() {
        assert_eq!(super::text("an `Option<V>`, or none").into_string(), "an <code>Option&lt;V&gt;</code>, or none");
        assert_eq!(super::text("").into_string(), "");
    }
}
