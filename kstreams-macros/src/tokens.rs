//! Walks and copies of the user's tokens.
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::LitStr;

/// A copy in another span. Copies must not carry the user's own span: an editor maps each token it shows to one place.
pub(crate) fn copy(tokens: impl ToTokens, span: Span) -> TokenStream {
    respan(tokens.to_token_stream(), &|_| span)
}

/// A copy whose errors are still reported where the user wrote it.
pub(crate) fn copy_in_place(tokens: impl ToTokens) -> TokenStream {
    respan(tokens.to_token_stream(), &|at| Span::mixed_site().located_at(at))
}

fn respan(tokens: TokenStream, to: &dyn Fn(Span) -> Span) -> TokenStream {
    tokens.into_iter().map(|token| respan_one(token, to)).collect()
}

fn respan_one(mut token: TokenTree, to: &dyn Fn(Span) -> Span) -> TokenTree {
    let span = to(token.span());
    if let TokenTree::Group(group) = &token {
        token = Group::new(group.delimiter(), respan(group.stream(), to)).into();
    }
    token.set_span(span);
    token
}

/// Whether an identifier among the tokens, at any depth, is one that `is` knows.
pub(crate) fn mentions(tokens: impl ToTokens, is: &dyn Fn(&str) -> bool) -> bool {
    tokens.to_token_stream().into_iter().any(|token| match token {
        TokenTree::Ident(i) => is(&i.to_string()),
        TokenTree::Group(g) => mentions(g.stream(), is),
        _ => false,
    })
}

/// Every string literal among the tokens, at any depth.
pub(crate) fn strings(tokens: impl ToTokens) -> Vec<String> {
    let one = |token| match token {
        TokenTree::Literal(l) => syn::parse2::<LitStr>(TokenTree::from(l).into()).map(|s| vec![s.value()]).unwrap_or_default(),
        TokenTree::Group(g) => strings(g.stream()),
        _ => vec![],
    };
    tokens.to_token_stream().into_iter().flat_map(one).collect()
}
