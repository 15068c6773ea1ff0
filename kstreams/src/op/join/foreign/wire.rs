//! What moves between the halves of a foreign-key join, and what the right side keeps, with Kafka Streams' bytes.
use super::instruction::Instruction;
use crate::{
    Key, Keyed, Record, Result, TopicKey,
    codec::{NonNull, Presence, required, schema},
};
use std::{io::Cursor, marker::PhantomData, time::Duration};

/// A left value's murmur3-128; an answer to a value that has changed meanwhile is known by it.
pub(super) type Hash = [u8; 16];
/// `Murmur3.DEFAULT_SEED`.
const SEED: u32 = 104_729;

/// The hash of a value's bytes.
pub(super) fn hash<V: Record>(value: &V) -> Result<Hash> {
    let mut bytes = vec![];
    value.encode(&mut bytes)?;
    hash_bytes(&bytes, SEED)
}
/// Two big-endian longs, the lower half first.
fn hash_bytes(bytes: &[u8], seed: u32) -> Result<Hash> {
    let both = murmur3::murmur3_x64_128(&mut Cursor::new(bytes), seed)?;
    let mut hash = Hash::default();
    hash[..8].copy_from_slice(&(both as u64).to_be_bytes());
    hash[8..].copy_from_slice(&((both >> 64) as u64).to_be_bytes());
    Ok(hash)
}

/// The first byte: the version, and a bit that says that no hash follows.
const NO_HASH: u8 = 0x80;
fn write_head(version: u8, hash: Option<&Hash>, out: &mut Vec<u8>) {
    out.push(if hash.is_some() { version } else { version | NO_HASH });
}
fn read_hash(head: u8, rest: &[u8]) -> Result<(Option<Hash>, &[u8])> {
    if head & NO_HASH != 0 {
        return Ok((None, rest));
    }
    let (hash, rest) = rest.split_first_chunk::<16>().ok_or("too few bytes for the hash of a value")?;
    Ok((Some(*hash), rest))
}

/// A left row's wish to be told of a right row (`SubscriptionWrapper`).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subscription<K> {
    /// Of the left value; `None`: it is deleted.
    pub(super) hash: Option<Hash>,
    pub(super) instruction: Instruction,
    /// The left row's key.
    pub(super) key: K,
    /// The partition where the left row lies; `None` in what releases before 3.4 wrote.
    pub(super) partition: Option<u32>,
}
impl<K> NonNull for Subscription<K> {}
impl<K: Key> Record for Subscription<K> {
    const SCHEMA: u64 = schema("subscription", &[("", K::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        write_head(u8::from(self.partition.is_some()), self.hash.as_ref(), out);
        out.push(self.instruction as u8);
        out.extend_from_slice(self.hash.as_ref().map_or(&[], |hash| hash));
        self.key.encode(out)?;
        if let Some(partition) = self.partition {
            out.extend_from_slice(&partition.to_be_bytes());
        }
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let [head, instruction, rest @ ..] = required(bytes, "a subscription")? else {
            return Err("too few bytes for a subscription".into());
        };
        let instruction = Instruction::read(*instruction)?;
        let (hash, rest) = read_hash(*head, rest)?;
        let (key, partition) = match head & !NO_HASH {
            0 => (rest, None),
            1 => rest
                .split_last_chunk::<4>()
                .map(|(key, p)| (key, Some(u32::from_be_bytes(*p))))
                .ok_or("a subscription ends in the middle")?,
            version => return Err(format!("a subscription of version {version}: this release reads 0 and 1").into()),
        };
        Ok(Subscription { hash, instruction, key: K::decode(Some(key))?, partition })
    }
}

/// What the right side answers (`SubscriptionResponseWrapper`): the right row's value, if there is one.
#[derive(Debug, PartialEq)]
pub(super) struct Answer<W> {
    /// Of the left value that asked.
    pub(super) hash: Option<Hash>,
    pub(super) value: Option<W>,
}
impl<W> NonNull for Answer<W> {}
impl<W: Record> Record for Answer<W> {
    const SCHEMA: u64 = schema("subscription-answer", &[("", W::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        encode_answer(self.hash.as_ref(), self.value.as_ref(), out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let (head, rest) =
            required(bytes, "an answer to a subscription")?.split_first().ok_or("an answer to a subscription without bytes")?;
        let version = head & !NO_HASH;
        if version != 0 {
            return Err(format!("an answer to a subscription of version {version}: this release reads 0").into());
        }
        let (hash, rest) = read_hash(*head, rest)?;
        // As in Kafka Streams: a value without bytes is no value.
        let value = if rest.is_empty() { None } else { Some(W::decode(Some(rest))?) };
        Ok(Answer { hash, value })
    }
}
/// Appends an answer whose value is borrowed.
pub(super) fn encode_answer<W: Record>(hash: Option<&Hash>, value: Option<&W>, out: &mut Vec<u8>) -> Result<Presence> {
    write_head(0, hash, out);
    out.extend_from_slice(hash.map_or(&[], |hash| hash));
    value.map_or(Ok(Presence::Value), |value| value.encode(out))?;
    Ok(Presence::Value)
}

/// Where a subscription is kept (`CombinedKeySchema`): length of the foreign key, foreign key, primary key; so those of one foreign key lie together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Combined<F, K> {
    pub(super) foreign: F,
    pub(super) primary: K,
}
impl<F, K> NonNull for Combined<F, K> {}
impl<F: Key, K: Key> Record for Combined<F, K> {
    const SCHEMA: u64 = schema("combined-key", &[("", F::SCHEMA), ("", K::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        write_prefix(&self.foreign, out)?;
        self.primary.encode(out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let cut = || "a subscription's key ends in the middle";
        let (length, rest) = required(bytes, "a subscription's key")?.split_first_chunk::<4>().ok_or_else(cut)?;
        let (foreign, primary) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(cut)?;
        Ok(Combined { foreign: F::decode(Some(foreign))?, primary: K::decode(Some(primary))? })
    }
}
impl<F: Key, K: Key> Key for Combined<F, K> {
    fn placed_by(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.foreign.placed_by(out)
    }
}
/// What the keys of all subscriptions to a foreign key begin with.
pub(super) fn write_prefix<F: Key>(foreign: &F, out: &mut Vec<u8>) -> Result<()> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    foreign.encode(out)?;
    let length = u32::try_from(out.len() - start - 4)?;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// A foreign key on the wire; `None` is Kafka's null: a left row that belongs to no right row and wants its answer all the same.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted<F>(pub(super) Option<F>);
impl<F: Key> TopicKey for Wanted<F> {
    const PLACED_BY_ITSELF: bool = false;
    const KEY_SCHEMA: u64 = F::SCHEMA;
    const KEY_SHAPE: &'static crate::codec::Shape = F::SHAPE;
    fn encode_key(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.0.as_ref().map_or(Ok(Presence::Null), |key| key.encode(out))
    }
    fn place_key(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.0.as_ref().map_or(Ok(Presence::Null), |key| key.placed_by(out))
    }
    fn decode_key(bytes: Option<&[u8]>, _: Option<Duration>) -> Result<Self> {
        bytes.map(|bytes| F::decode(Some(bytes))).transpose().map(Wanted)
    }
    fn start(&self) -> Option<i64> {
        None
    }
    fn end(&self) -> Option<i64> {
        None
    }
}
/// Where subscriptions lie: with the right rows.
pub(super) struct Subscriptions<S>(PhantomData<S>);
impl<S: Keyed<Key: Key> + 'static> Keyed for Subscriptions<S> {
    type Key = Wanted<S::Key>;
    type Partitioner = S::Partitioner;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn bytes(record: &impl Record) -> Vec<u8> {
        let mut out = vec![];
        record.encode(&mut out).unwrap();
        out
    }
    fn longs(first: i64, second: i64) -> Hash {
        [first.to_be_bytes(), second.to_be_bytes()].concat().try_into().unwrap()
    }
    #[test]
    fn hashes_are_kafka_streams() {
        let long = b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8";
        assert_eq!(hash_bytes(b"21", 123).unwrap(), longs(5_857_341_059_704_281_894, -5_288_187_638_297_930_763));
        assert_eq!(hash_bytes(b"foobar", 123).unwrap(), longs(-351_361_463_397_418_609, 8_959_716_011_862_540_668));
        assert_eq!(hash_bytes(long, 123).unwrap(), longs(-4_024_021_876_037_397_259, -1_482_317_706_335_141_238));
    }
    #[test]
    fn subscriptions_are_kafka_streams() {
        let hash = Some([7; 16]);
        let full = Subscription { hash, instruction: Instruction::AnswerIfFound, key: "pk".to_string(), partition: Some(5) };
        assert_eq!(bytes(&full), [&[1, 3][..], &[7; 16], b"pk", &[0, 0, 0, 5]].concat());
        let gone = Subscription { hash: None, instruction: Instruction::End, key: "pk".to_string(), partition: None };
        assert_eq!(bytes(&gone), b"\x80\0pk");
        for subscription in [full, gone] {
            assert_eq!(Subscription::decode(Some(&bytes(&subscription))).unwrap(), subscription);
        }
        assert!(Subscription::<String>::decode(Some(&[2, 3, 0])).is_err());
        assert!(Subscription::<String>::decode(Some(&[0x81, 9, 0])).is_err());
    }
    #[test]
    fn answers_are_kafka_streams() {
        let full = Answer { hash: Some([7; 16]), value: Some("v".to_string()) };
        assert_eq!(bytes(&full), [&[0][..], &[7; 16], b"v"].concat());
        let empty = Answer::<String> { hash: None, value: None };
        assert_eq!(bytes(&empty), [0x80]);
        for answer in [full, empty] {
            assert_eq!(Answer::decode(Some(&bytes(&answer))).unwrap(), answer);
        }
    }
    #[test]
    fn combined_keys_are_kafka_streams() {
        let key = Combined { foreign: "fk".to_string(), primary: "pk".to_string() };
        assert_eq!(bytes(&key), b"\0\0\0\x02fkpk");
        assert_eq!(Combined::decode(Some(&bytes(&key))).unwrap(), key);
        assert!(Combined::<String, String>::decode(Some(b"\0\0\0\x09fk")).is_err());
    }
}
