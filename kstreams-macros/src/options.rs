//! Reads `option = value, ..`, the way all macros here write it, and goes on after an error.
use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Attribute, Meta, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
};

/// Hands every option in `known` to `take`, which reads its value. Unknown and repeated ones are errors, each on its own.
pub(crate) fn read(
    options: TokenStream,
    known: &[&str],
    errors: &mut Errors,
    mut take: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let mut seen: Vec<Ident> = vec![];
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let one = option(input, known, &mut seen).and_then(|name| take(&name, input)).and_then(|()| comma(input));
            if let Err(error) = one {
                errors.add(error);
                skip(input);
            }
        }
        Ok(())
    };
    let done = all.parse2(options);
    errors.take(done);
}

/// Reads `= value`.
pub(crate) fn value<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// The lists of all `#[name(..)]` among `attributes`.
pub(crate) fn lists(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<TokenStream> {
    let ours = attributes.iter().filter(|a| a.path().is_ident(name));
    ours.filter_map(|a| match &a.meta {
        Meta::List(list) => Some(list.tokens.clone()),
        other => {
            errors.add(syn::Error::new_spanned(other, format!("`{name}` takes a list of options: `#[{name}(..)]`")));
            None
        }
    })
    .collect()
}

fn option(input: ParseStream<'_>, known: &[&str], seen: &mut Vec<Ident>) -> syn::Result<Ident> {
    let name = input.call(Ident::parse_any)?;
    if !known.iter().any(|k| name == k) {
        let ways = known.join(", ");
        return Err(syn::Error::new(name.span(), format!("unknown option `{name}`; expected one of: {ways}")));
    }
    if seen.contains(&name) {
        return Err(syn::Error::new(name.span(), format!("option `{name}` is given twice")));
    }
    seen.push(name.clone());
    Ok(name)
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { input.parse::<Token![,]>().map(|_| ()) }
}

/// To the next `, option =`: the commas inside a type such as `BTreeMap<String, u64>` are no ends.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() {
        let next = input.peek(Token![,]) && input.peek2(Ident::peek_any) && input.peek3(Token![=]);
        if input.parse::<TokenTree>().is_err() || next {
            return;
        }
    }
}
