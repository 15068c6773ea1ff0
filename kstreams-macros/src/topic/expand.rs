//! The code: one impl of `Topic`.
use super::{model::Topic, parse::Options};
use crate::tokens::{copy, copy_in_place};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, Ident, spanned::Spanned};

pub(super) fn expand(topic: &Topic) -> TokenStream {
    let Topic { ident, name, key, value, krate, .. } = topic;
    let (space, count) = (space(topic), count(&topic.partitions));
    let options = options(topic);
    let historied = historied(topic);
    let positive = positive(&topic.partitions);
    // Said once in a where clause, what is wrong with a key is told once, and on the key.
    let at = Span::mixed_site().located_at(key.span());
    let (path, checked) = (copy(krate, at), copy_in_place(key));
    let key_fits = quote_spanned!(at=> #checked: #path::TopicKey);
    quote! {
        #[automatically_derived]
        #[allow(trivial_bounds)]
        #[diagnostic::do_not_recommend]
        impl #krate::Topic for #ident
        where
            #key_fits,
        {
            type Key = #key;
            type Value = #value;
            type Space = #space;
            const NAME: &'static str = #name;
            const PARTITIONS: u32 = #count;
            #options
        }
        #historied
        #positive
    }
}

/// The types of a topic that is being written: an editor completes only in what comes out.
pub(super) fn unfinished(options: &Options) -> TokenStream {
    let types = [&options.key, &options.value].into_iter().flatten();
    quote!(#(const _: ::core::marker::PhantomData<#types> = ::core::marker::PhantomData;)*)
}

fn space(topic: &Topic) -> TokenStream {
    let krate = &topic.krate;
    let count = copy_in_place(count(&topic.partitions));
    let partitioner = topic.partitioner.as_ref().map_or_else(|| quote!(#krate::Murmur2), copy_in_place);
    quote!(#krate::Space<<Self as #krate::Topic>::Key, #count, #partitioner>)
}

/// A const argument is a literal, a path or a block.
pub(super) fn count(partitions: &Expr) -> TokenStream {
    match partitions {
        Expr::Lit(_) | Expr::Path(_) => quote!(#partitions),
        _ => quote!({ #partitions }),
    }
}

/// The check of a count that is no literal.
pub(super) fn positive(partitions: &Expr) -> Option<TokenStream> {
    let computed = !matches!(partitions, Expr::Lit(_));
    computed.then(|| {
        let count = copy_in_place(partitions);
        quote_spanned!(partitions.span()=> const _: () = ::core::assert!(#count > 0, "a topic has at least one partition");)
    })
}

fn options(topic: &Topic) -> TokenStream {
    let krate = &topic.krate;
    let history = duration("HISTORY", topic.history.as_ref());
    let window = duration("WINDOW", topic.window.as_ref());
    let reset = topic.reset.as_ref().map(|reset| {
        let policy = policy(reset);
        quote!(const RESET: ::core::option::Option<#krate::Reset> = ::core::option::Option::Some(#krate::Reset::#policy);)
    });
    let timestamp = topic.timestamp.as_ref().map(|f| {
        let (key, value) = (copy_in_place(&topic.key), copy_in_place(&topic.value));
        quote! {
            fn timestamp(key: &#key, value: &#value, meta: &#krate::Meta) -> #krate::Timestamp {
                #krate::__private::timestamp(#f, key, value, meta)
            }
        }
    });
    let doc = topic.doc.as_ref().map(|doc| quote!(const DOC: &'static str = #doc;));
    let expected = expected(topic);
    quote!(#doc #history #window #reset #expected #timestamp)
}

fn expected(topic: &Topic) -> Option<TokenStream> {
    let krate = &topic.krate;
    let keys = topic.expect_keys.as_ref().map(|keys| quote!(.keys(#keys)));
    let bytes = topic.expect_row_bytes.as_ref().map(|bytes| quote!(.row_bytes(#bytes)));
    let said = keys.is_some() || bytes.is_some();
    said.then(|| quote!(const EXPECTED: #krate::plan::Expected = #krate::plan::Expected::UNKNOWN #keys #bytes;))
}

pub(super) fn policy(reset: &Ident) -> TokenStream {
    if reset == "latest" { quote!(Latest) } else { quote!(Earliest) }
}

fn duration(name: &str, value: Option<&Expr>) -> Option<TokenStream> {
    let name = quote::format_ident!("{name}");
    value.map(|v| quote!(const #name: ::core::option::Option<::core::time::Duration> = ::core::option::Option::Some(#v);))
}

fn historied(topic: &Topic) -> Option<TokenStream> {
    topic.history.as_ref()?;
    let (ident, krate, space) = (&topic.ident, &topic.krate, space(topic));
    let value = copy_in_place(&topic.value);
    Some(quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::Historied for #ident {
            type Table = #krate::Table<#space, <#value as #krate::Record>::Present, #krate::Versioned>;
        }
    })
}
