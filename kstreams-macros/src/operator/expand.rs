//! The code: what is said, and of which path.
use super::model::Operator;
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(operator: &Operator) -> TokenStream {
    let Operator { ident, doc, signature, line, krate } = operator;
    let name = ident.to_string();
    quote! {
        #krate::__private::described! {
            path: ::core::concat!(::core::module_path!(), "::", #name),
            doc: #doc,
            signature: #signature,
            file: ::core::file!(),
            line: #line,
        }
    }
}
