//! What is wrong with it, as far as tokens can tell.
use super::{body::Name, model::Topology, variables};
use crate::{errors::Errors, kafka_name, tokens};
use quote::quote;
use syn::ext::IdentExt;

pub(super) const FIXED_SHAPE: &str = "the shape of a `#[topology]` is fixed at compile time: no loops or branches over its streams; build it with `Topology::builder(id)` if its shape depends on run-time values";

pub(super) fn check(t: &Topology, errors: &mut Errors) {
    id(t, errors);
    function(t, errors);
    shape(t, errors);
    unique(&t.body.names, errors);
    legal(t, errors);
    used(t, errors);
    locked(t, errors);
}

fn id(t: &Topology, errors: &mut Errors) {
    let Some(id) = &t.id else {
        let name = &t.function.sig.ident;
        let kebab = name.unraw().to_string().replace('_', "-");
        let text =
            format!("a topology's id names its consumer group, topics and state, so it is written down: `#[topology(id = \"{kebab}\")]`");
        return errors.push(name.span(), text);
    };
    if let Some(problem) = kafka_name::problem(&id.value()) {
        errors.push(id.span(), format!("topology id {:?} {problem}: its internal topics are named after it", id.value()));
    }
}

fn function(t: &Topology, errors: &mut Errors) {
    let signature = &t.function.sig;
    if let Some(token) = &signature.asyncness {
        errors.push(
            token.span,
            "a topology is described, not awaited: remove `async`; what must be awaited becomes a setting, e.g. `limits: &Limits`",
        );
    }
    let read_all = t.parameters.len() == signature.inputs.len();
    if read_all && t.sources().next().is_none() {
        let text =
            format!("`{}` reads no topic: add a parameter such as `orders: StreamOf<Orders>` or `users: TableOf<Users>`", signature.ident);
        errors.push(signature.ident.span(), text);
    }
}

fn shape(t: &Topology, errors: &mut Errors) {
    for at in &t.body.branches {
        errors.push(*at, FIXED_SHAPE);
    }
    for setting in &t.body.escapes {
        let text = format!(
            "an operator outlives this function, so it cannot borrow `{setting}`: copy what it needs first, e.g. `let limit = {setting}.limit;`, and move it: `move |..| ..`"
        );
        errors.push(setting.span(), text);
    }
    for u in &t.body.unnamed {
        let example = u.kind.split(' ').next().unwrap_or(u.kind);
        let text = format!("`{}` needs a name that outlives this build, written as a string literal, e.g. `\"my-{example}\"`", u.operator);
        errors.push(u.at, text);
    }
}

fn unique(names: &[Name], errors: &mut Errors) {
    for (i, again) in names.iter().enumerate() {
        let Some(first) = names.iter().take(i).find(|n| n.name == again.name) else { continue };
        let (name, kind) = (&again.name, first.kind);
        let text = format!(
            "the name `{name}` is taken by a {kind} of this topology; state survives a restart by its name, so names must be unique"
        );
        errors.push_two(again.at, text, first.at, format!("`{name}` was first used here"));
    }
}

/// A name is the middle of a topic's name.
fn legal(t: &Topology, errors: &mut Errors) {
    let id = t.id();
    for Name { name, at, kind } in &t.body.names {
        let topic = format!("{id}-{name}-repartition");
        if let Some(problem) = kafka_name::problem(name) {
            errors.push(*at, format!("{kind} name {name:?} {problem}: its topic is named after it"));
        } else if topic.len() > kafka_name::LONGEST {
            errors.push(
                *at,
                format!(
                    "{kind} name `{name}` is too long: its topic `{topic}` has {} characters; Kafka takes {}",
                    topic.len(),
                    kafka_name::LONGEST
                ),
            );
        }
    }
}

fn used(t: &Topology, errors: &mut Errors) {
    for (name, topics) in t.sources() {
        if !variables::block_uses(&t.function.block, |variable| name == variable) {
            let topics = quote!(#topics);
            errors.push(
                name.span(),
                format!("`{name}` is never used: the application would subscribe to topic `{topics}` and drop every record; remove the parameter or use it"),
            );
        }
    }
}

/// Tokens can only tell that a locked name is written nowhere; kinds, fingerprints and counts are compared by the generated test.
fn locked(t: &Topology, errors: &mut Errors) {
    let Some(lock) = &t.lock else { return };
    if let (Some(id), Some(locked)) = (&t.id, lock.application().filter(|locked| *locked != t.id())) {
        errors.push(id.span(), format!("the deployed topology is `{locked}`: consumer group, topics and state are named after it, and all of them would be left behind. Keep the id, or delete the lock if a new application is meant"));
    }
    let written = tokens::strings(&t.function.block);
    for line in lock.lines().filter(|l| !written.iter().any(|w| w == l.written())) {
        let (kind, name, topic) = (line.kind, line.name, line.topic(&t.id()));
        errors.push(lock.path.span(), format!("{kind} `{name}` of the deployed topology is named nowhere in this function: an upgrade would leave topic `{topic}` and its contents behind. Was it renamed? Keep the name, or drop it on purpose with `cargo kstreams lock --forget {name}`"));
    }
}
