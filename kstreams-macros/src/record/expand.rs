//! The code: JSON through serde, a fingerprint, perhaps an event time.
use super::model::{Part, Record, Time};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

pub(super) fn expand(record: &Record) -> TokenStream {
    let Record { ident, krate, generics, .. } = record;
    let (impl_generics, type_generics, bounds) = generics.split_for_impl();
    let (schema, coding, event_time) = (schema(record), coding(record), record.times.first().map(|t| event_time(record, t)));
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #krate::Record for #ident #type_generics #bounds {
            #schema
            type Present = Self;
            #coding
            #event_time
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #krate::NonNull for #ident #type_generics #bounds {}
    }
}

fn schema(record: &Record) -> TokenStream {
    let (krate, name) = (&record.krate, record.ident.to_string());
    let parts = record.parts.iter().map(|p| part(record, p));
    let shapes = record.parts.iter().map(|p| shape(record, p));
    quote! {
        const SCHEMA: u64 = #krate::__private::schema(#name, &[#(#parts),*]);
        const SHAPE: &'static #krate::__private::Shape = &#krate::__private::Shape::Record { name: #name, fields: &[#(#shapes),*] };
    }
}

fn part(record: &Record, part: &Part) -> TokenStream {
    let (krate, label) = (&record.krate, &part.label);
    match &part.ty {
        None => quote!((#label, 0)),
        Some(ty) => {
            // Not a copy in another span: an error in a derive's own span is reported on `Record`, not on the field.
            quote_spanned!(ty.span()=> (#label, <#ty as #krate::Record>::SCHEMA))
        }
    }
}

/// Errors are those of [`part`]: this says nothing that it did not say.
fn shape(record: &Record, part: &Part) -> TokenStream {
    let (krate, label) = (&record.krate, &part.label);
    match &part.ty {
        None => quote!((#label, &#krate::__private::Shape::Unit)),
        Some(ty) => quote_spanned!(ty.span()=> (#label, <#ty as #krate::Record>::SHAPE)),
    }
}

fn coding(record: &Record) -> TokenStream {
    let krate = &record.krate;
    quote! {
        fn encode(&self, out: &mut ::std::vec::Vec<u8>) -> #krate::Result<#krate::Presence> {
            (#krate::__private::json::<Self>().encode)(self, out)
        }
        fn decode(bytes: ::core::option::Option<&[u8]>) -> #krate::Result<Self> {
            (#krate::__private::json::<Self>().decode)(bytes)
        }
    }
}

fn event_time(record: &Record, time: &Time) -> TokenStream {
    let (krate, member, at) = (&record.krate, &time.member, time.ty.span());
    let field = quote_spanned!(at=> &self.#member);
    quote! {
        fn event_time(&self) -> ::core::option::Option<#krate::Timestamp> {
            ::core::option::Option::Some(#krate::__private::event_time(#field))
        }
    }
}
