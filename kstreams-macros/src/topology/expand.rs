//! The code: a module beside the function, and assertions that cost nothing at run time.
use super::{
    body::Retention,
    lock::{Lock, in_crate},
    model::{Parameter, Topology},
    steps::Step,
};
use crate::{
    documentation::documentation,
    tokens::{copy, copy_in_place},
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{LitStr, Path, ReturnType, Type, spanned::Spanned};

pub(super) fn expand(t: &Topology) -> TokenStream {
    let (vis, name) = (&t.function.vis, &t.function.sig.ident);
    let docs = t.docs().map(|d| copy(d, Span::mixed_site()));
    let (introduction, tables) = (introduction(t), tables(t));
    let (topology, lock_test) = (topology(t), t.lock.as_ref().map(|l| lock_test(t, l)));
    let (loops, retentions) = (t.body.sinks.iter().map(|s| no_loop(t, s)), t.body.retentions.iter().map(|r| kept(t, r)));
    let sizes = t.sources().filter(|_| t.function.sig.generics.params.is_empty()).map(|(_, topics)| sized(t, topics));
    let (rebuild, drawing) = (t.lock.as_ref().map(rebuild), drawing(t));
    quote! {
        #(#docs)*
        #[doc = #introduction]
        #drawing
        #[doc = #tables]
        #[allow(non_snake_case, unreachable_pub, rustdoc::broken_intra_doc_links, rustdoc::private_intra_doc_links)]
        #vis mod #name {
            #[allow(unused_imports)]
            use super::*;
            #topology
            #lock_test
        }
        #(#loops)*
        #(#retentions)*
        #(#sizes)*
        #rebuild
    }
}

/// What stands above the drawing, for rustdoc.
fn introduction(t: &Topology) -> String {
    let (id, name) = (t.id(), &t.function.sig.ident);
    format!(
        "\n\nTopology `{id}`, which this module's [`topology`]({name}::topology) builds. `kstreams::document::render` makes its full \
             description of that, and its drawing.\n"
    )
}

/// What the tokens show of the topology, for rustdoc.
fn tables(t: &Topology) -> String {
    let id = t.id();
    let sources =
        t.sources().flat_map(|(name, topics)| topics_of(topics).into_iter().map(move |topic| (topic, format!("read as `{name}`"))));
    let results = t.body.sinks.iter().map(|sink| (quote!(#sink), "written".to_owned()));
    let topics = sources.chain(results).map(|(topic, what)| format!("| [`{}`] | {what} |\n", topic.to_string().replace(' ', "")));
    let names = t.body.names.iter().map(|n| format!("| `{}` | {} | {} |\n", n.name, n.kind, n.topic(&id)));
    let names = table("State and internal topics", "name | what it is | on the brokers", names.collect());
    let steps = table("Operators", "operator | takes", t.body.steps.iter().map(Step::row).collect());
    table("Topics", "topic | what it is", topics.collect()) + &names + &steps
}

/// None of what there is none of.
fn table(heading: &str, columns: &str, rows: String) -> String {
    let line = "---|".repeat(columns.split(" |").count());
    if rows.is_empty() { String::new() } else { format!("\n\n## {heading}\n\n| {columns} |\n|{line}\n{rows}") }
}

/// The drawing, if there is one yet: it is written by the program that this compiles into. Where it is not, the page says how it comes there.
fn drawing(t: &Topology) -> Option<TokenStream> {
    let path = t.drawing.as_ref().map(LitStr::value)?;
    if !in_crate(&path).exists() {
        let missing = no_drawing(&path, &t.id());
        return Some(quote!(#[doc = #missing]));
    }
    let path = format!("/{path}");
    Some(quote! {
        #[doc = "\n<div>"]
        #[doc = ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path))]
        #[doc = "</div>"]
    })
}
fn no_drawing(path: &str, id: &str) -> String {
    format!("\nThere is no drawing at `{path}` yet: `cargo kstreams doc --format svg --out DIR` writes it to `DIR/{id}.svg`.\n")
}

/// `topology()`: the user's function, run on handles that record its plan.
fn topology(t: &Topology) -> TokenStream {
    let (krate, id, body) = (&t.krate, t.id(), build(t));
    let doc = format!("Builds topology `{id}`.");
    let generics = copy(&t.function.sig.generics, Span::mixed_site());
    let bounds = t.function.sig.generics.where_clause.as_ref().map(|w| copy(w, Span::mixed_site()));
    let settings = t.parameters.iter().filter_map(setting);
    let stores = stores(t);
    quote! {
        #[doc = #doc]
        pub fn topology #generics (#(#settings),*) -> #krate::Topology<#stores> #bounds {
            #body
        }
    }
}

/// Where the function cannot be called, a call would only add errors to the one that says so.
fn build(t: &Topology) -> TokenStream {
    if !t.is_callable() {
        return quote!(::core::unimplemented!());
    }
    let (krate, id, name) = (&t.krate, t.id(), &t.function.sig.ident);
    let builder = Ident::new("__kstreams_builder", Span::mixed_site());
    let stores = Ident::new("__kstreams_stores", Span::mixed_site());
    let arguments = t.parameters.iter().map(|p| argument(t, p, &builder));
    let documented = documentation(t.docs()).map(|doc| quote!(#krate::__private::documented(&#builder, #doc);));
    let locked = t.lock.as_ref().and_then(text).map(|text| quote!(let #builder = #krate::__private::locked(#builder, #text);));
    quote! {
        let #builder = #krate::Topology::builder(#id);
        #documented
        #locked
        let #stores = super::#name(#(#arguments),*);
        #builder.build(#stores)
    }
}

fn argument(t: &Topology, parameter: &Parameter, builder: &Ident) -> TokenStream {
    let krate = &t.krate;
    match parameter {
        Parameter::Source { topics, .. } => {
            let topics = copy_in_place(topics);
            quote!(#krate::__private::handle::<#topics, _>(&#builder))
        }
        Parameter::Setting { name, .. } => copy(name, Span::mixed_site()),
    }
}

fn setting(parameter: &Parameter) -> Option<TokenStream> {
    match parameter {
        Parameter::Source { .. } => None,
        Parameter::Setting { name, ty } => {
            let (name, ty) = (copy(name, Span::mixed_site()), copy(ty, Span::mixed_site()));
            Some(quote!(#name: #ty))
        }
    }
}

/// The type that the function returns: handles for queries.
fn stores(t: &Topology) -> TokenStream {
    match &t.function.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => copy(ty, Span::mixed_site()),
    }
}

/// No topic that is written is also read.
fn no_loop(t: &Topology, sink: &Path) -> TokenStream {
    let krate = &t.krate;
    let sources = t.sources().flat_map(|(_, topics)| topics_of(topics));
    let topic = copy_in_place(sink);
    quote_spanned! {Span::mixed_site().located_at(sink.span())=>
        const _: () = ::core::assert!(
            #krate::__private::disjoint(&[#(<#sources as #krate::Source>::NAME),*], &[#krate::__private::topic_name(&#topic)]),
            "feedback loop: this topology writes a topic that it also reads; write to a topic of its own, declared by another `#[topic]`"
        );
    }
}

/// A store keeps a window as long as a record may still fall into it.
fn kept(t: &Topology, r: &Retention) -> TokenStream {
    let krate = &t.krate;
    let (window, retention) = (copy(&r.window, Span::mixed_site()), copy_in_place(&r.retention));
    quote_spanned! {Span::mixed_site().located_at(r.retention.span())=>
        const _: () = ::core::assert!(
            #krate::__private::retained(#window, #retention),
            "retention shorter than size + grace of the windows: the store would drop windows that records may still enter; keep them at least size + grace, or leave `.retention(..)` out"
        );
    }
}

/// Records of windowed keys do not hold the windows' ends, so the topic says how long they are.
fn sized(t: &Topology, topics: &Type) -> TokenStream {
    let krate = &t.krate;
    let all = topics_of(topics);
    quote_spanned! {Span::mixed_site().located_at(topics.span())=>
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::Unasked as _;
            ::core::assert!(
                #(<#krate::__private::SizeOf<#all>>::IS_SAID)&&*,
                "this topic is keyed by windows and does not say how long they are, which its records do not hold: add `window = hours(1)` to its `#[topic(..)]`"
            );
        };
    }
}

/// The topics of a source: one, or those of a tuple.
fn topics_of(topics: &Type) -> Vec<TokenStream> {
    match topics {
        Type::Tuple(tuple) => tuple.elems.iter().map(copy_in_place).collect(),
        one => vec![copy_in_place(one)],
    }
}

/// The full comparison with the lock. A topology with settings is compared at start, because nobody here can make its settings: all that is tested
/// is that there is a lock.
fn lock_test(t: &Topology, lock: &Lock) -> Option<TokenStream> {
    let (krate, id, path) = (&t.krate, t.id(), lock.relative());
    let path = quote!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path));
    let checked = match (text(lock), t.has_settings()) {
        (Some(_), true) => return None,
        (None, true) => quote!(#krate::__private::lock_is_there(#id, #path)),
        (Some(text), false) => quote!(#krate::__private::check_lock(&topology(), ::core::option::Option::Some(#text), #path)),
        (None, false) => quote!(#krate::__private::check_lock(&topology(), ::core::option::Option::None, #path)),
    };
    Some(quote! {
        #[cfg(test)]
        #[test]
        fn lock() {
            if let ::core::result::Result::Err(difference) = #checked {
                ::core::panic!("{difference}");
            }
        }
    })
}

/// The lock's text, read when the user's crate is compiled: a changed lock compiles it again.
fn text(lock: &Lock) -> Option<TokenStream> {
    lock.text.as_ref()?;
    let path = lock.relative();
    Some(quote!(::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path))))
}

/// Makes Cargo check again when the lock changes.
fn rebuild(lock: &Lock) -> Option<TokenStream> {
    lock.text.as_ref()?;
    let path = lock.relative();
    Some(quote!(
        const _: &[u8] = ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path));
    ))
}
