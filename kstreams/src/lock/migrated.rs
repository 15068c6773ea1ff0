//! What a lock says of migrations: from the type that it holds they are what lets a store be retyped, from any other they would misread it.
use super::{Change, Difference, Effect, Entry, Lock, StateAfter};

impl Lock {
    /// What becomes of a store whose value was `locked`, when migrations are declared.
    pub(super) fn migrated(&self, is: &Entry, locked: &str, now: &Lock) -> Effect {
        if is.migrations().contains(&locked) {
            let way_out = "At the first start its rows are read back through the migration and written to the changelog once more. Then write the \
                           lock: `cargo kstreams lock`";
            return Effect { state: StateAfter::Migrated, ..Effect::harmless(way_out).not_rolling() };
        }
        let declared: Vec<String> = is.migrations().iter().map(|from| now.type_behind(from)).collect();
        Effect::refused(
            StateAfter::Unreadable,
            format!(
                "A migration is declared from {}, but the lock holds {}: declare `.migrate(from::<Old>(), f)` from that, behind the older ones",
                declared.join(" and from "),
                self.type_behind(locked)
            ),
        )
    }
    /// Migrations that came or went, where the value stayed what it is. (With another value, they are what becomes of it.)
    pub(super) fn migrations(&self, locked: &Entry, is: &Entry, now: &Lock) -> Vec<Difference> {
        let told = |change, effect| Difference { kind: Some(is.kind), name: is.name.clone(), change, effect };
        let missing = |these: &Entry, in_those: &Entry, of: &Lock| -> Vec<String> {
            let there = in_those.migrations();
            these.migrations().into_iter().filter(|from| !there.contains(from)).map(|from| of.type_behind(from)).collect()
        };
        let (gone, added) = (missing(locked, is, self), missing(is, locked, now));
        let gone = (!gone.is_empty()).then(|| told(Change::MigrationGone { from: gone }, taken_out()));
        let is_same = locked.fact("value") == is.fact("value");
        let added = (is_same && !added.is_empty()).then(|| told(Change::MigrationAdded { from: added }, misleading()));
        gone.into_iter().chain(added).collect()
    }
}
fn taken_out() -> Effect {
    Effect::refused(
        StateAfter::Kept,
        "Rows that no task has read through it yet could not be read any more. If every instance ran with it until all tasks were running, \
         there are none: write the lock: `cargo kstreams lock`",
    )
}
fn misleading() -> Effect {
    Effect::refused(
        StateAfter::Unreadable,
        "The lock says that the store was written as the type that it has, so its rows would be read as what they are not. Leave the migration \
         out; or, if the lock was written too early, put the one back that is deployed",
    )
}
