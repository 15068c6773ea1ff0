//! What it means: the parts a fingerprint is made of, and perhaps an event time.
use super::parse::{Options, event_time};
use crate::{crate_path::CratePath, errors::Errors};
use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields, Generics, Ident, Index, Member, Type, ext::IdentExt};

/// A type that topics and stores can hold.
pub(super) struct Record {
    pub ident: Ident,
    pub generics: Generics,
    pub parts: Vec<Part>,
    /// The marked fields of a struct; one at most is right.
    pub times: Vec<Time>,
    /// Marks where no record could find its time: in an enum.
    pub lost_times: Vec<Span>,
    pub krate: CratePath,
}

/// A name in the fingerprint: a field, or (without type) a variant that has none.
pub(super) struct Part {
    pub label: String,
    pub ty: Option<Type>,
}

/// A field marked `#[record(event_time)]`.
pub(super) struct Time {
    pub member: Member,
    pub ty: Type,
    pub mark: Span,
}

impl Record {
    pub(super) fn new(input: &DeriveInput, options: Options, errors: &mut Errors) -> Option<Record> {
        let mut record = Record {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            parts: vec![],
            times: vec![],
            lost_times: vec![],
            krate: options.krate,
        };
        match &input.data {
            Data::Struct(s) => record.times = record.fields("", &s.fields, errors),
            Data::Enum(e) => e.variants.iter().for_each(|v| record.variant(v, errors)),
            Data::Union(_) => return None,
        }
        Some(record)
    }

    fn variant(&mut self, variant: &syn::Variant, errors: &mut Errors) {
        let prefix = format!("{}.", variant.ident.unraw());
        if matches!(variant.fields, Fields::Unit) {
            self.parts.push(Part { label: prefix.clone(), ty: None });
        }
        let times = self.fields(&prefix, &variant.fields, errors);
        self.lost_times.extend(times.iter().map(|t| t.mark));
    }

    /// Adds the fields as parts and answers those marked as event time.
    fn fields(&mut self, prefix: &str, fields: &Fields, errors: &mut Errors) -> Vec<Time> {
        let mut times = vec![];
        for (i, field) in fields.iter().enumerate() {
            let member = field.ident.clone().map_or_else(|| Member::Unnamed(Index::from(i)), Member::Named);
            let label = format!("{prefix}{}", field.ident.as_ref().map_or_else(|| i.to_string(), |f| f.unraw().to_string()));
            self.parts.push(Part { label, ty: Some(field.ty.clone()) });
            times.extend(event_time(&field.attrs, errors).map(|mark| Time { member, ty: field.ty.clone(), mark }));
        }
        times
    }
}
