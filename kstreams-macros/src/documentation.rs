//! Documentation comments as one text.
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// What the `///` lines among the attributes say, without the blank that each begins with; `None` if they say nothing.
pub(crate) fn documentation<'a>(attributes: impl Iterator<Item = &'a Attribute>) -> Option<String> {
    let lines = attributes.filter_map(line).flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>());
    let lines: Vec<String> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned()).collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}
/// The text of a `#[doc = ".."]`; a macro in its place is not known here.
fn line(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::documentation;
    use syn::parse_quote;

    #[test]
    fn lines_are_joined_and_empty_ones_stay() {
        let item: syn::ItemStruct = parse_quote! {
            /// One.
            ///
            #[doc = " Two,\n three."]
            #[derive(Debug)]
            struct Documented;
        };
        assert_eq!(documentation(item.attrs.iter()).as_deref(), Some("One.\n\nTwo,\nthree."));
        assert_eq!(documentation([].into_iter()), None);
    }
}
