//! The code of a pattern: what can be read as a stream, and no topic.
use super::{expand, model::Topic};
use crate::tokens::{copy, copy_in_place};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

pub(super) fn expand(topic: &Topic) -> TokenStream {
    let Topic { ident, krate, value, .. } = topic;
    let (key, count) = (&topic.key, expand::count(&topic.partitions));
    let partitioner = topic.partitioner.as_ref().map_or_else(|| quote!(#krate::Murmur2), copy_in_place);
    let space = quote!(#krate::Space<#key, #count, #partitioner>);
    let (positive, matching) = (expand::positive(&topic.partitions), matching(topic));
    // As with a topic: what is wrong with a key is told once, and on the key.
    let at = Span::mixed_site().located_at(key.span());
    let (path, checked) = (copy(krate, at), copy_in_place(key));
    let key_fits = quote_spanned!(at=> #checked: #path::TopicKey);
    let types = quote!(type Value = #value; type Space = #space;);
    quote! {
        #[automatically_derived]
        #[allow(trivial_bounds)]
        #[diagnostic::do_not_recommend]
        impl #krate::StreamRef for #ident
        where
            #key_fits,
        {
            #types
            fn part(&self) -> #krate::__private::Part<Self::Space, Self::Value> {
                #krate::StreamRef::part(&#matching)
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::Source for #ident {
            #types
            fn topics() -> ::std::vec::Vec<#krate::__private::Part<Self::Space, Self::Value>> {
                ::std::vec![#krate::StreamRef::part(&#ident)]
            }
        }
        #positive
    }
}

/// The call that a user would write at run time.
fn matching(topic: &Topic) -> TokenStream {
    let (krate, name) = (&topic.krate, &topic.name);
    let window = topic.window.as_ref().map(|window| quote!(.window(#window)));
    let reset = topic.reset.as_ref().map(|reset| {
        let policy = expand::policy(reset);
        quote!(.reset(#krate::Reset::#policy))
    });
    let time = topic.timestamp.as_ref().map(|time| quote!(.timestamps(#time)));
    let doc = topic.doc.as_ref().map(|doc| quote!(.documented(#doc)));
    quote!(#krate::matching::<Self::Space, Self::Value>(#name) #window #reset #time #doc)
}
