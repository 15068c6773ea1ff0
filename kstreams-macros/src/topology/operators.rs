//! Which operators take a name, where it stands among their arguments, and what it names.

/// An operator whose name outlives a build.
pub(super) struct Named {
    pub method: &'static str,
    /// The name's place among the arguments.
    pub place: usize,
    pub kind: &'static str,
}

const STORE: &str = "store";
const JOIN: &str = "join";
const REPARTITION: &str = "repartition topic";

const fn named(method: &'static str, place: usize, kind: &'static str) -> Named {
    Named { method, place, kind }
}

const OPERATORS: &[Named] = &[
    named("count", 0, STORE),
    named("reduce", 0, STORE),
    named("aggregate", 0, STORE),
    named("aggregate_kv", 0, STORE),
    named("aggregate_merging", 0, STORE),
    named("deduplicate", 0, STORE),
    named("to_table", 0, STORE),
    named("materialize", 0, STORE),
    named("suppress", 0, STORE),
    named("with_grace", 0, STORE),
    named("join_stream", 2, JOIN),
    named("left_join_stream", 2, JOIN),
    named("outer_join_stream", 2, JOIN),
    named("join_foreign", 0, JOIN),
    named("left_join_foreign", 0, JOIN),
    named("repartition", 0, REPARTITION),
    named("repartition_kv", 0, REPARTITION),
    named("repartition_for", 1, REPARTITION),
    named("place", 0, REPARTITION),
    named("place_for", 1, REPARTITION),
    named("group_by", 0, REPARTITION),
    named("group_into", 0, REPARTITION),
];

/// Functions that declare a store.
const DECLARATIONS: &[Named] = &[
    named("kv", 0, STORE),
    named("windows", 0, STORE),
    named("sessions", 0, STORE),
    named("versioned", 0, STORE),
    named("stored", 0, STORE),
];

/// The operator that `method` calls, if it takes a name.
pub(super) fn operator(method: &syn::Ident) -> Option<&'static Named> {
    OPERATORS.iter().find(|n| method == n.method)
}

/// The declaration that `function` is.
pub(super) fn declaration(function: &syn::Ident) -> Option<&'static Named> {
    DECLARATIONS.iter().find(|n| function == n.method)
}
