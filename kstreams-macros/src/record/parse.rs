//! What is written: the options of the type and of its fields.
use crate::{
    crate_path::CratePath,
    errors::Errors,
    options::{lists, read, value},
};
use proc_macro2::Span;
use syn::{Attribute, Path};

/// The options of the type.
#[derive(Default)]
pub(super) struct Options {
    pub krate: CratePath,
}

pub(super) fn options(attributes: &[Attribute], errors: &mut Errors) -> Options {
    let mut o = Options::default();
    for list in lists(attributes, "record", errors) {
        read(list, &["format", "crate"], errors, |option, input| {
            if option == "format" {
                return json(&value(input)?);
            }
            o.krate = CratePath::value(input)?;
            Ok(())
        });
    }
    o
}

/// JSON is the one format there is.
fn json(format: &Path) -> syn::Result<()> {
    if format.is_ident("Json") {
        return Ok(());
    }
    let name = quote::quote!(#format).to_string();
    Err(syn::Error::new_spanned(
        format,
        format!(
            "`{name}` is no format of this version of kstreams: `format = Json`, the default, is the only one; for bytes of your own implement `Record`"
        ),
    ))
}

/// Where a field is marked `#[record(event_time)]`.
pub(super) fn event_time(attributes: &[Attribute], errors: &mut Errors) -> Option<Span> {
    let mut at = None;
    for list in lists(attributes, "record", errors) {
        read(list, &["event_time"], errors, |option, _| {
            at = Some(option.span());
            Ok(())
        });
    }
    at
}
