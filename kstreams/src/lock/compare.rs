//! The comparison of a lock with a topology: every difference, and what it does.
use super::{Change, Difference, Effect, Entry, Kind, Lock, StateAfter, fields};

impl Lock {
    /// Every difference between this lock, which is deployed, and the one of the topology as it is `now`. None: nothing is lost.
    ///
    /// What an older lock does not say is not compared.
    pub fn compare(&self, now: &Lock) -> Vec<Difference> {
        let mut differences: Vec<Difference> = self.application(now).into_iter().collect();
        differences.extend(self.entries.iter().flat_map(|entry| self.changes(entry, now)));
        differences.extend(now.entries.iter().filter(|e| self.entry(e.kind, &e.name).is_none()).map(|e| self.added(e)));
        differences.extend(self.layout(now));
        differences
    }
    fn application(&self, now: &Lock) -> Option<Difference> {
        let (locked, is) = (&self.application, &now.application);
        (!locked.is_empty() && locked != is).then(|| Difference {
            kind: None,
            name: is.clone(),
            change: Change::Application { locked: locked.clone(), now: is.clone() },
            effect: Effect::refused(
                StateAfter::Lost,
                format!(
                    "Consumer group, internal topics and state folders are named after it: all offsets and state would be left behind. Keep \
                     `id = \"{locked}\"`; if a new application is meant, delete the lock file"
                ),
            ),
        })
    }
    /// Members with another layout wait for the old ones to leave.
    fn layout(&self, now: &Lock) -> Option<Difference> {
        let other = self.layout.zip(now.layout).is_some_and(|(locked, is)| locked != is);
        let way_out = "Old and new instances do not run side by side: stop the old ones, then start the new";
        other.then(|| Difference {
            kind: None,
            name: now.application.clone(),
            change: Change::Layout,
            effect: Effect::harmless(way_out).not_rolling(),
        })
    }
    fn changes(&self, entry: &Entry, now: &Lock) -> Vec<Difference> {
        let Some(is) = now.entry(entry.kind, &entry.name) else { return vec![self.gone(entry)] };
        let unlogged = entry.fact(LOGGED).is_none().then(|| self.fact(is, (LOGGED, "none"), now)).flatten();
        entry.facts.iter().filter_map(|(fact, locked)| self.fact(is, (fact, locked), now)).chain(unlogged).collect()
    }
    fn gone(&self, entry: &Entry) -> Difference {
        let name = &entry.name;
        let effect = match entry.kind {
            Kind::Source => Effect::harmless(
                "It is not read any more; its committed offsets stay in the group. If it was renamed, the new one is read from its beginning",
            ),
            Kind::Result => Effect::harmless("Nothing is written to it any more: tell those who read it").leaving(entry.topic("")),
            Kind::Repartition => Effect::refused(
                StateAfter::Lost,
                format!(
                    "Records that are on their way in it would never arrive. Was it renamed? Keep the name. Else drain it (stop the \
                     producers, let the old version run until nothing is left), then `cargo kstreams lock --forget {name}`"
                ),
            )
            .leaving(entry.topic(&self.application)),
            Kind::Store => Effect::refused(
                StateAfter::Lost,
                format!("Was it renamed? Keep the name. If its state may go: `cargo kstreams lock --forget {name}`"),
            )
            .leaving(entry.topic(&self.application)),
        };
        Difference { kind: Some(entry.kind), name: name.clone(), change: Change::Gone, effect }
    }
    fn added(&self, entry: &Entry) -> Difference {
        let (kind, name) = (Some(entry.kind), entry.name.clone());
        if !self.forgotten.iter().any(|gone| gone.kind == entry.kind && gone.name == entry.name) {
            return Difference {
                kind,
                name,
                change: Change::Added,
                effect: Effect::harmless("Write it into the lock: `cargo kstreams lock`"),
            };
        }
        let topic = entry.topic(&self.application).unwrap_or_default();
        let way_out = format!(
            "Topic `{topic}` may still hold what it was: delete the topic and remove the line `forgotten {} {}` from the lock, or take another name",
            entry.kind, entry.name
        );
        Difference { kind, name, change: Change::Revived, effect: Effect::refused(StateAfter::Unreadable, way_out) }
    }
    fn fact(&self, is: &Entry, (fact, locked): (&str, &str), now: &Lock) -> Option<Difference> {
        let value = is.fact(fact).unwrap_or("none");
        if value == locked {
            return None;
        }
        let known = |lock: &Lock, text: &str| u64::from_str_radix(text, 16).ok().and_then(|f| lock.types.get(&f).cloned());
        let of = known(self, locked).zip(known(now, value));
        let fields = of.as_ref().map(|(was, is)| fields::difference(was, is)).unwrap_or_default();
        let rolls = of.is_some_and(|(was, _)| fields::only_optional_came(&fields, &was));
        let effect = effect(is, fact, (locked, value), rolls);
        // Nobody writes its changelog any more.
        let effect = if (fact, value) == (LOGGED, "no") {
            effect.leaving(self.entry(is.kind, &is.name).and_then(|locked| locked.topic(&self.application)))
        } else {
            effect
        };
        let name = |lock: &Lock, text: &str| {
            known(lock, text).and_then(|words| fields::plain(&words).map(str::to_owned)).unwrap_or_else(|| text.to_owned())
        };
        let change = Change::Fact { fact: fact.to_owned(), locked: name(self, locked), now: name(now, value), fields };
        Some(Difference { kind: Some(is.kind), name: is.name.clone(), change, effect })
    }
}

/// What an unlogged store has, and others do not.
const LOGGED: &str = "logged";

fn effect(is: &Entry, fact: &str, (locked, now): (&str, &str), rolls: bool) -> Effect {
    match (is.kind, fact) {
        (Kind::Result, _) => Effect::harmless("Tell those who read it; then write the lock: `cargo kstreams lock`"),
        (_, "value") if rolls => Effect::harmless(
            "Only optional fields came: old and new programs read each other's records. Write the lock: `cargo kstreams lock`",
        ),
        (_, "key" | "value" | "kind") => Effect::refused(StateAfter::Unreadable, retyped(is)),
        (_, "partitions") => Effect::refused(StateAfter::Misplaced, counted(is)),
        (_, "size") => Effect::refused(
            StateAfter::Unreadable,
            format!(
                "Rows of the old size would be read as windows of the new one. Give the store another name, and forget this one: \
                 `cargo kstreams lock --forget {}`",
                is.name
            ),
        ),
        (_, "retention") => retention(locked, now, "retention.ms"),
        (_, LOGGED) if now == "none" => Effect::refused(
            StateAfter::Unreadable,
            format!(
                "Rows on disk say nothing of a changelog, which would be read over them from its beginning. Give the store another name, and \
                 forget this one: `cargo kstreams lock --forget {}`",
                is.name
            ),
        ),
        (_, LOGGED) => Effect::harmless("A lost disk loses its rows from now on. Write it into the lock: `cargo kstreams lock`"),
        (_, "history") => retention(locked, now, "min.compaction.lag.ms"),
        _ => Effect::harmless("Write it into the lock: `cargo kstreams lock`"),
    }
}
fn retyped(is: &Entry) -> String {
    match is.kind {
        Kind::Source => "Records that are in the topic must be readable as the new type. If they are, write the lock: `cargo kstreams lock`".to_owned(),
        Kind::Repartition => {
            "Records that are on their way in it were written as the old type. Let the old version finish them first, or give the repartition \
             another name; if the new type reads them, write the lock: `cargo kstreams lock`"
                .to_owned()
        }
        _ => format!(
            "What the changelog holds was written as the old type. Give the store another name and forget this one (`cargo kstreams lock --forget \
             {}`); if the new type reads the old bytes (JSON: new fields are `Option` or `#[serde(default)]`), write the lock: `cargo kstreams lock`",
            is.name
        ),
    }
}
fn counted(is: &Entry) -> String {
    let what = match is.kind {
        Kind::Source => "its keys lie elsewhere than state expects them",
        Kind::Repartition => "the topic exists with the old count, and state behind it lies by that count",
        _ => "the changelog exists with the old count, and rows lie by it",
    };
    format!(
        "A count places keys: {what}. Go back to the old count; or build state anew: stop all instances, delete the application's internal \
         topics and state folders, reset its offsets, then write the lock: `cargo kstreams lock`"
    )
}
/// A store keeps what is younger than its retention; a shorter one drops the rest at once.
fn retention(locked: &str, now: &str, setting: &str) -> Effect {
    let ms = |text: &str| text.strip_suffix("ms").and_then(|n| n.parse::<u128>().ok());
    let topic = format!(
        "the changelog's `{setting}` (one day more than the store's) with kafka-configs, then write the lock: `cargo kstreams lock`"
    );
    if ms(now) >= ms(locked) {
        return Effect::harmless(format!("Rows are kept longer from now on. Raise {topic}"));
    }
    Effect {
        state: StateAfter::Trimmed,
        ..Effect::harmless(format!("Rows older than the new retention are dropped, the others stay. Lower {topic}"))
    }
}
