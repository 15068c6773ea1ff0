//! What it means: a topology with its sources, settings and names.
use super::{body::Body, lock::Lock, parse::Options};
use crate::{crate_path::CratePath, errors::Errors};
use syn::{Attribute, FnArg, GenericArgument, Ident, ItemFn, LitStr, Pat, PatType, PathArguments, Type, spanned::Spanned};

/// A topology function, read.
pub(super) struct Topology {
    pub id: Option<LitStr>,
    pub lock: Option<Lock>,
    pub drawing: Option<LitStr>,
    pub krate: CratePath,
    pub function: ItemFn,
    /// In order; shorter than the function's where one could not be read.
    pub parameters: Vec<Parameter>,
    pub body: Body,
}

/// A parameter of the function.
pub(super) enum Parameter {
    /// `orders: StreamOf<Orders>`; `topics` is what stands between the angle brackets.
    Source { name: Ident, topics: Box<Type> },
    /// Whatever else: a value that is given at run time.
    Setting { name: Ident, ty: Box<Type> },
}

impl Topology {
    pub(super) fn new(options: Options, function: ItemFn, errors: &mut Errors) -> Topology {
        let parameters: Vec<Parameter> = function.sig.inputs.iter().filter_map(|p| errors.take(parameter(p))).collect();
        let handles = parameters.iter().filter_map(Parameter::source).map(|(name, _)| name.to_string()).collect();
        let borrowed = parameters.iter().filter_map(Parameter::borrowed).map(Ident::to_string).collect();
        let variables = parameters.iter().map(|p| p.name().to_string()).collect();
        let body = Body::read(handles, borrowed, variables, &function.block);
        Topology { id: options.id, lock: options.lock, drawing: options.drawing, krate: options.krate, function, parameters, body }
    }

    /// The id, or an empty text where an error says that it is missing.
    pub(super) fn id(&self) -> String {
        self.id.as_ref().map(LitStr::value).unwrap_or_default()
    }

    /// Whether every parameter could be read and the function answers at once.
    pub(super) fn is_callable(&self) -> bool {
        self.parameters.len() == self.function.sig.inputs.len() && self.function.sig.asyncness.is_none()
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = (&Ident, &Type)> {
        self.parameters.iter().filter_map(Parameter::source)
    }

    /// Whether `topology()` takes arguments, so that nobody but the user can call it.
    pub(super) fn has_settings(&self) -> bool {
        self.sources().count() < self.function.sig.inputs.len() || !self.function.sig.generics.params.is_empty()
    }

    /// The function's documentation.
    pub(super) fn docs(&self) -> impl Iterator<Item = &Attribute> {
        self.function.attrs.iter().filter(|a| a.path().is_ident("doc"))
    }
}

impl Parameter {
    fn name(&self) -> &Ident {
        match self {
            Parameter::Source { name, .. } | Parameter::Setting { name, .. } => name,
        }
    }

    fn source(&self) -> Option<(&Ident, &Type)> {
        match self {
            Parameter::Source { name, topics } => Some((name, topics)),
            Parameter::Setting { .. } => None,
        }
    }

    /// A setting that is a reference, unless to something `'static`.
    fn borrowed(&self) -> Option<&Ident> {
        match self {
            Parameter::Setting { name, ty } => match &**ty {
                Type::Reference(r) if r.lifetime.as_ref().is_none_or(|l| l.ident != "static") => Some(name),
                _ => None,
            },
            Parameter::Source { .. } => None,
        }
    }
}

fn parameter(parameter: &FnArg) -> syn::Result<Parameter> {
    let FnArg::Typed(PatType { pat, ty, .. }) = parameter else {
        return Err(syn::Error::new(
            parameter.span(),
            "a topology is a free function: give what it needs of `self` as a setting, e.g. `limits: &Limits`",
        ));
    };
    let Pat::Ident(name) = &**pat else {
        return Err(syn::Error::new(pat.span(), "a topology's parameters are plain names: take the pattern apart in the body"));
    };
    let name = name.ident.clone();
    match source(ty) {
        Some(Source::Topics(topics)) => Ok(Parameter::Source { name, topics }),
        Some(Source::Handle(of)) => Err(syn::Error::new(
            ty.span(),
            format!("`{name}` must say which topic it reads: `{name}: {of}<Topic>`, with a `#[topic(..)] struct Topic;`"),
        )),
        None => Ok(Parameter::Setting { name, ty: ty.clone() }),
    }
}

enum Source {
    /// `StreamOf<Orders>`.
    Topics(Box<Type>),
    /// `Stream<..>`, and how to write it.
    Handle(&'static str),
}

fn source(ty: &Type) -> Option<Source> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match last.ident.to_string().as_str() {
        "StreamOf" | "TableOf" | "VersionedOf" | "GlobalOf" => {
            first_argument(&last.arguments).map(|topics| Source::Topics(Box::new(topics)))
        }
        "Stream" => Some(Source::Handle("StreamOf")),
        "Table" => Some(Source::Handle("TableOf")),
        "GlobalTable" => Some(Source::Handle("GlobalOf")),
        _ => None,
    }
}

fn first_argument(arguments: &PathArguments) -> Option<Type> {
    let PathArguments::AngleBracketed(list) = arguments else { return None };
    match list.args.first()? {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}
