//! Gathers what is wrong, so that a user sees all of it at once and each error on its token.
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;
use syn::Error;

/// The errors of one expansion, in the order they were found.
#[derive(Default)]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    /// Adds an error on `at`.
    pub(crate) fn push(&mut self, at: Span, text: impl Display) {
        self.add(Error::new(at, text));
    }

    /// Adds an error that names two places.
    pub(crate) fn push_two(&mut self, at: Span, text: impl Display, other: Span, other_text: impl Display) {
        let mut error = Error::new(at, text);
        error.combine(Error::new(other, other_text));
        self.add(error);
    }

    /// Adds an error that `syn` found.
    pub(crate) fn add(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Keeps the value, or adds the error.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|e| self.add(e)).ok()
    }

    /// What the user would read.
    #[cfg(test)]
    pub(crate) fn texts(self) -> Vec<String> {
        self.0.into_iter().flat_map(|e| e.into_iter().map(|e| e.to_string()).collect::<Vec<_>>()).collect()
    }
}

impl ToTokens for Errors {
    fn to_tokens(&self, out: &mut TokenStream) {
        out.extend(self.0.iter().map(Error::to_compile_error));
    }
}
