//! A signature as text: blanks where rustfmt has them, on one line.
use syn::{File, Item, parse_quote};

/// `fn with_user(order: Order, user: Option<&User>) -> UserOrder`, `struct Velocity`.
pub(super) fn signature(item: &Item) -> String {
    let item = match item {
        Item::Fn(f) => {
            let signature = &f.sig;
            parse_quote!(#signature {})
        }
        Item::Struct(s) => {
            let (ident, generics) = (&s.ident, &s.generics);
            parse_quote!(struct #ident #generics;)
        }
        Item::Enum(e) => {
            let (ident, generics) = (&e.ident, &e.generics);
            parse_quote!(enum #ident #generics {})
        }
        other => other.clone(),
    };
    let file = File { shebang: None, frontmatter: None, attrs: vec![], items: vec![item] };
    one_line(&prettyplease::unparse(&file)).trim_end_matches([' ', '{', '}', ';', ',']).to_owned()
}

/// A long one is broken behind `(` and before `)`.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(", )", ")")
}
