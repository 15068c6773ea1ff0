//! What is declared twice: a topic that is named in two places, a store whose clones two processors open. The first would win silently.
use super::{Store, Topic};
use std::fmt::Debug;

/// What two declarations of a topic disagree on, as a problem; `None` if it is nothing.
pub(super) fn of_topic(first: &Topic, again: &Topic) -> Option<String> {
    let (a, b) = (first, again);
    let typed =
        |schema: (u64, u64), types: (&'static str, &'static str)| (schema.0 != schema.1).then(|| format!("{} and {}", types.0, types.1));
    let different = [
        ("partitions", unequal(a.partitions, b.partitions)),
        ("partitioner", (a.partitioner != b.partitioner).then(|| format!("{} and {}", a.partitioner, b.partitioner))),
        ("key", typed((a.schema.0, b.schema.0), (a.types.0, b.types.0))),
        ("value", typed((a.schema.1, b.schema.1), (a.types.1, b.types.1))),
        ("reset", unequal(a.reset, b.reset)),
        ("history", unequal(a.history, b.history)),
        ("window", unequal(a.window, b.window)),
    ];
    let told: Vec<String> = different.into_iter().filter_map(|(fact, both)| both.map(|both| format!("{fact} {both}"))).collect();
    (!told.is_empty()).then(|| {
        format!(
            "topic `{}` is declared in two ways: {}. A topic is one thing: declare it once and use that in both places",
            first.name,
            told.join(", ")
        )
    })
}
fn unequal<T: Debug + PartialEq>(a: T, b: T) -> Option<String> {
    (a != b).then(|| format!("{a:?} and {b:?}"))
}
/// What two clones of a store's declaration disagree on, as a problem; `None` if it is nothing.
pub(super) fn of_store(first: &Store, again: &Store) -> Option<String> {
    let settings = [("`.in_memory()`", first.in_memory != again.in_memory), ("`.unlogged()`", first.logged != again.logged)];
    let told: Vec<&str> = settings.into_iter().filter_map(|(setting, differs)| differs.then_some(setting)).collect();
    (!told.is_empty()).then(|| {
        format!(
            "store `{}` is opened with {} and without: it is one store; put the settings on it before it is cloned",
            first.name,
            told.join(", ")
        )
    })
}
