//! Where `kstreams` is: the one value that every generated path starts with.
use crate::{errors::Errors, options};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, LitStr, Path, parse::ParseStream, parse_quote};

/// `::kstreams`, or what `crate = "path"` says.
#[derive(Clone)]
pub(crate) struct CratePath(Path);

impl Default for CratePath {
    fn default() -> Self {
        CratePath(parse_quote!(::kstreams))
    }
}

impl CratePath {
    /// Reads `= "path"`.
    pub(crate) fn value(input: ParseStream<'_>) -> syn::Result<Self> {
        let text: LitStr = options::value(input)?;
        text.parse_with(Path::parse_mod_style).map(CratePath).map_err(|_| {
            syn::Error::new(
                text.span(),
                format!("`{}` is no path; `crate` says where kstreams is, e.g. `crate = \"my_facade::kstreams\"`", text.value()),
            )
        })
    }

    /// Reads the options of a derive that has no other: `#[key(crate = "path")]`.
    pub(crate) fn of(attributes: &[Attribute], macro_name: &str, errors: &mut Errors) -> Self {
        let mut path = CratePath::default();
        for list in options::lists(attributes, macro_name, errors) {
            options::read(list, &["crate"], errors, |_, input| {
                path = CratePath::value(input)?;
                Ok(())
            });
        }
        path
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, out: &mut TokenStream) {
        out.extend(crate::tokens::copy_in_place(&self.0));
    }
}
