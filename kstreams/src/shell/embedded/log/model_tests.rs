//! The log against a model that keeps every record in a plain list.
use super::{fetch::Isolation, *};
use crate::{Headers, task::Batch};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PARTITIONS: u32 = 2;
const PRODUCERS: usize = 3;

#[derive(Clone, Debug)]
enum Op {
    /// Keys and values of a chunk; no value is a tombstone.
    Append {
        producer: usize,
        partition: u32,
        records: Vec<(u8, Option<u8>)>,
    },
    End {
        producer: usize,
        commit: bool,
    },
    Init {
        producer: usize,
    },
    Plain {
        partition: u32,
        key: u8,
        value: Option<u8>,
    },
    Compact {
        now: i64,
    },
    Delete {
        partition: u32,
        before: i64,
    },
    Marker {
        pick: usize,
    },
}
fn op() -> impl Strategy<Value = Op> {
    let (producer, partition) = (0..PRODUCERS, 0..PARTITIONS);
    let value = proptest::option::weighted(0.8, any::<u8>());
    prop_oneof![
        6 => (producer.clone(), partition.clone(), proptest::collection::vec((0u8..5, value.clone()), 1..4))
            .prop_map(|(producer, partition, records)| Op::Append { producer, partition, records }),
        4 => (producer.clone(), any::<bool>()).prop_map(|(producer, commit)| Op::End { producer, commit }),
        1 => producer.prop_map(|producer| Op::Init { producer }),
        2 => (partition.clone(), 0u8..5, value).prop_map(|(partition, key, value)| Op::Plain { partition, key, value }),
        1 => (0i64..3).prop_map(|now| Op::Compact { now }),
        1 => (partition, 0i64..40).prop_map(|(partition, before)| Op::Delete { partition, before }),
        2 => (0usize..8).prop_map(|pick| Op::Marker { pick }),
    ]
}

type Row = (i64, u8, Option<u8>);
fn rows(fetched: &Fetched) -> Vec<Row> {
    let of =
        |b: &LogBatch| (0..b.len()).map(|i| (b.get(i).offset, b.get(i).key.unwrap()[0], b.get(i).value.map(|v| v[0]))).collect::<Vec<_>>();
    fetched.batches.iter().flat_map(of).collect()
}
/// The last row of each key without tombstones: what compaction must not change.
fn table(rows: &[Row]) -> BTreeMap<u8, u8> {
    let last: BTreeMap<u8, Option<u8>> = rows.iter().map(|(_, k, v)| (*k, *v)).collect();
    last.into_iter().filter_map(|(k, v)| Some((k, v?))).collect()
}

/// The log beside the model. A producer's open rows are in `open`; the model learns of them when the marker is written.
struct Both {
    log: EmbeddedLog,
    producers: Vec<ProducerHandle>,
    /// What was appended, with the transaction it belongs to.
    rows: Vec<(u32, Row, Option<usize>)>,
    /// How each transaction ended.
    outcomes: Vec<Option<bool>>,
    current: Vec<Option<usize>>,
    compacted: bool,
}
impl Both {
    fn new(delay: bool) -> Both {
        let log = EmbeddedLog::new();
        log.create_topic("t", PARTITIONS, TopicConfig::new().set("delete.retention.ms", "1")).unwrap();
        log.delay_ends(delay);
        let producers = (0..PRODUCERS).map(|p| log.init_producer(&format!("p{p}"), 0)).collect();
        Both { log, producers, rows: vec![], outcomes: vec![], current: vec![None; PRODUCERS], compacted: false }
    }
    fn apply(&mut self, op: Op) {
        match op {
            Op::Append { producer, partition, records } => self.append(producer, partition, &records),
            Op::End { producer, commit } => {
                self.log.end_transaction(self.producers[producer], commit, 0).unwrap();
                self.decided(producer, commit);
            }
            Op::Init { producer } => {
                self.producers[producer] = self.log.init_producer(&format!("p{producer}"), 0);
                self.decided(producer, false);
            }
            Op::Plain { partition, key, value } => {
                let bytes = value.map(|v| [v]);
                let offset = self.log.produce_to("t", partition, Some(&[key]), bytes.as_ref().map(|b| &b[..]), 0, &Headers::new()).unwrap();
                self.rows.push((partition, (offset, key, value), None));
            }
            Op::Compact { now } => {
                self.log.compact("t", now).unwrap();
                self.compacted = true;
            }
            Op::Delete { partition, before } => self.log.delete_records("t", partition, before).unwrap(),
            Op::Marker { pick } => _ = self.log.write_marker(pick, 0),
        }
    }
    fn append(&mut self, producer: usize, partition: u32, records: &[(u8, Option<u8>)]) {
        let mut chunk = ChunkBuilder::default();
        for (key, value) in records {
            chunk.push(0, Some(&[*key]), value.map(|v| [v]).as_ref().map(|b| &b[..]), &Headers::new());
        }
        let base = self.log.append(self.producers[producer], TopicPartition { topic: 0, partition }, chunk, 0).unwrap();
        let transaction = *self.current[producer].get_or_insert_with(|| {
            self.outcomes.push(None);
            self.outcomes.len() - 1
        });
        let rows = records.iter().enumerate().map(|(i, (key, value))| (partition, (base + i as i64, *key, *value), Some(transaction)));
        self.rows.extend(rows);
    }
    fn decided(&mut self, producer: usize, commit: bool) {
        if let Some(transaction) = self.current[producer].take() {
            self.outcomes[transaction] = Some(commit);
        }
    }
    fn check(&self) -> Result<(), TestCaseError> {
        for (number, ends) in self.log.ends("t").unwrap().into_iter().enumerate() {
            let at = TopicPartition { topic: 0, partition: number as u32 };
            let fetch = |from, bytes| self.log.fetch(at, from, i64::MAX, bytes, Isolation::ReadCommitted).unwrap();
            let whole = rows(&fetch(ends.first, usize::MAX));
            prop_assert_eq!(&self.in_steps(ends, fetch), &whole, "small fetches find the same");
            let expected = self.visible(at.partition, ends);
            if self.compacted {
                prop_assert!(whole.iter().all(|row| expected.contains(row)), "compaction invents nothing: {:?} of {:?}", whole, expected);
                prop_assert_eq!(table(&whole), table(&expected), "compaction keeps the table");
            } else {
                prop_assert_eq!(&whole, &expected);
            }
        }
        Ok(())
    }
    fn in_steps(&self, ends: Ends, fetch: impl Fn(i64, usize) -> Fetched) -> Vec<Row> {
        let (mut seen, mut next) = (vec![], ends.first);
        while next < ends.last_stable {
            let fetched = fetch(next, 1);
            seen.extend(rows(&fetched));
            assert!(fetched.next > next, "a fetch moves on");
            next = fetched.next;
        }
        seen
    }
    fn visible(&self, partition: u32, ends: Ends) -> Vec<Row> {
        let committed = |t: Option<usize>| t.is_none_or(|t| self.outcomes[t] == Some(true));
        let there = |row: &Row| (ends.first..ends.last_stable).contains(&row.0);
        self.rows.iter().filter(|(p, row, t)| *p == partition && there(row) && committed(*t)).map(|(_, row, _)| *row).collect()
    }
}

proptest! {
    #[test]
    fn the_log_is_what_the_model_says(delay in any::<bool>(), ops in proptest::collection::vec(op(), 1..60)) {
        let mut both = Both::new(delay);
        for op in ops {
            both.apply(op);
            both.check()?;
        }
        // Whatever was decided is stable in the end, and offsets never go back.
        both.log.complete_ends(0);
        both.check()?;
    }
}
