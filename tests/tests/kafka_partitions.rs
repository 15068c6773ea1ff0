//! Partitions are those of Kafka's Java client, for the keys of the examples and for keys of all lengths.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{Murmur2, Presence, Record, partition::Partitioner};
use kstreams_examples::order_analytics::generator::{Recipe, generate};
use kstreams_tests::kafka::java_partitions;
use std::collections::BTreeSet;

const COUNTS: [u32; 6] = [1, 2, 3, 6, 7, 512];

#[test]
fn a_key_lies_where_java_puts_it() {
    let asked: Vec<(Vec<u8>, u32)> = keys().into_iter().flat_map(|key| COUNTS.map(|count| (key.clone(), count))).collect();
    let Some(java) = java_partitions(&asked) else { return };
    assert_eq!(java.len(), asked.len());
    for ((key, count), partition) in asked.iter().zip(java) {
        assert_eq!(Murmur2::partition(key, *count), partition, "key {key:?} among {count}");
    }
    println!("{} keys among {COUNTS:?} partitions lie where Java puts them", asked.len() / COUNTS.len());
}
/// Names of the examples' keys, numbers, and bytes of every length and sign.
fn keys() -> BTreeSet<Vec<u8>> {
    let mut keys: BTreeSet<Vec<u8>> = (0..70).flat_map(|length| [0_u8, 0x7f, 0x80, 0xff].map(|byte| bytes(byte, length))).collect();
    keys.extend((0..1_000).map(|i| format!("user-{i}").into_bytes()));
    keys.extend((0_u64..1_000).map(|i| encoded(&i.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
    keys.extend(generate(&Recipe::default()).iter().map(|line| encoded(&line.key)));
    keys
}
fn bytes(byte: u8, length: usize) -> Vec<u8> {
    (0..length).map(|i| byte.wrapping_add(i as u8)).collect()
}
fn encoded<T: Record>(value: &T) -> Vec<u8> {
    let mut bytes = vec![];
    assert_eq!(value.encode(&mut bytes).unwrap(), Presence::Value);
    bytes
}
