//! The code: the inner key's bytes under another type.
use super::model::Key;
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(key: &Key) -> TokenStream {
    let Key { ident, krate, .. } = key;
    let (record, placed_by) = (record(key), placed_by(key));
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::Record for #ident { #record }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::NonNull for #ident {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::Key for #ident { #placed_by }
    }
}

fn record(key: &Key) -> TokenStream {
    let Key { ident, member, inner, krate } = key;
    let name = ident.to_string();
    quote! {
        const SCHEMA: u64 = #krate::__private::schema(#name, &[("", <#inner as #krate::Record>::SCHEMA)]);
        const SHAPE: &'static #krate::__private::Shape =
            &#krate::__private::Shape::Newtype { name: #name, of: <#inner as #krate::Record>::SHAPE };
        type Present = Self;
        fn encode(&self, out: &mut ::std::vec::Vec<u8>) -> #krate::Result<#krate::Presence> {
            <#inner as #krate::Record>::encode(&self.#member, out)
        }
        fn decode(bytes: ::core::option::Option<&[u8]>) -> #krate::Result<Self> {
            ::core::result::Result::Ok(Self { #member: <#inner as #krate::Record>::decode(bytes)? })
        }
    }
}

fn placed_by(key: &Key) -> TokenStream {
    let Key { member, inner, krate, .. } = key;
    quote! {
        fn placed_by(&self, out: &mut ::std::vec::Vec<u8>) -> #krate::Result<#krate::Presence> {
            <#inner as #krate::Key>::placed_by(&self.#member, out)
        }
    }
}
