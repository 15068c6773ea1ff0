//! What a topology uses that is not as in Kafka Streams: rows of the table in ARCHITECTURE.md.
use super::Departure;
use crate::plan::{Origin, Plan};

/// A row, and whether a plan uses it.
type Row = (Departure, fn(&Plan) -> bool);

const fn departure(kafka_streams: &'static str, kstreams: &'static str, why: &'static str) -> Departure {
    Departure { kafka_streams, kstreams, why }
}
const ROWS: [Row; 8] = [
    (departure("generated names by counter", "mandatory literals", "an edit never moves state"), |plan| {
        !plan.stores.is_empty() || plan.topics.iter().any(|t| t.origin == Origin::Repartition)
    }),
    (
        departure(
            "co-partitioning checked at run time, counts only",
            "a type, partitioner included; counts solved at start",
            "found before deployment",
        ),
        |plan| plan.nodes.iter().any(|n| n.joins),
    ),
    (
        departure("a crash under exactly once wipes the task's state", "state and offsets in one redb transaction", "no restore of days"),
        |plan| plan.stores.iter().any(|s| !s.in_memory),
    ),
    (
        departure(
            "null keys and values everywhere",
            "`Option` in the type where null is meant; else a bad record under the policy",
            "no surprise at run time",
        ),
        |_| true,
    ),
    (
        departure(
            "tasks take records in turns",
            "the smallest head timestamp over all tasks of a worker goes first",
            "a backlog replays in event-time order",
        ),
        |_| true,
    ),
    (
        departure(
            "a record cache coalesces what goes downstream",
            "every change goes downstream unless a table says `emit_on_commit`; changelogs are coalesced per commit",
            "what is seen does not depend on the size of a cache",
        ),
        |plan| !plan.stores.is_empty(),
    ),
    (
        departure(
            "records that a processor forwards go on at once",
            "they go on when its call returns",
            "the processor's stores are borrowed while it runs; the order is the same",
        ),
        |plan| plan.nodes.iter().any(|n| n.operator == "process"),
    ),
    (
        departure(
            "a topic that a pattern comes to match is read after the next metadata refresh (`metadata.max.age.ms`)",
            "its topics are settled at start; later ones are told (`Event::TopicFound`, every `Config::topic_look`), and a restart of all members takes them in",
            "whole tasks are assigned: another source topic is another layout, whose counts are solved and whose members agree first",
        ),
        |plan| plan.patterns().next().is_some(),
    ),
];

pub(super) fn departures(plan: &Plan) -> Vec<Departure> {
    ROWS.iter().filter(|(_, uses)| uses(plan)).map(|(row, _)| *row).collect()
}

#[cfg(test)]
mod tests {
    use super::ROWS;

    #[test]
    fn every_row_stands_in_the_table_of_the_architecture() {
        let table = include_str!("../../../../ARCHITECTURE.md");
        for (row, _) in ROWS {
            assert!(table.contains(&format!("| {} | {}", row.kafka_streams, row.kstreams)), "{row:?}");
        }
    }
}
