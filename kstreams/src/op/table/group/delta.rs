//! What moves between the halves of a table's `group_by`: what a row was under its group, and what it is.
use crate::{
    Record, Result,
    codec::{NonNull, Presence, required, schema},
};

/// A change of a row, with at least one side.
#[derive(Debug)]
pub(super) struct Delta<V> {
    pub(super) old: Option<V>,
    pub(super) new: Option<V>,
}
/// The last byte says what the others are (`ChangedSerializer`, KIP-904).
const OLD: u8 = 0;
const NEW: u8 = 1;
const BOTH: u8 = 2;

impl<V> NonNull for Delta<V> {}
impl<V: Record> Record for Delta<V> {
    const SCHEMA: u64 = schema("delta", &[("", V::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        encode(self.old.as_ref(), self.new.as_ref(), out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let Some((flag, rest)) = required(bytes, "a change of a row")?.split_last() else {
            return Err("no byte where a change of a row was expected".into());
        };
        let value = |bytes: &[u8]| V::decode(Some(bytes)).map(Some);
        match *flag {
            OLD => Ok(Delta { old: value(rest)?, new: None }),
            NEW => Ok(Delta { old: None, new: value(rest)? }),
            BOTH => {
                let (length, rest) = read_length(rest)?;
                let (new, old) = rest.split_at_checked(length).ok_or("a change of a row ends in the middle")?;
                Ok(Delta { old: value(old)?, new: value(new)? })
            }
            // With a byte before it that says whether the row is the latest version: releases that can be upgraded to write so.
            flag @ 3..=5 => {
                let (_, rest) = rest.split_last().ok_or("a change of a row ends in the middle")?;
                let mut plain = rest.to_vec();
                plain.push(flag - 3);
                Self::decode(Some(&plain))
            }
            flag => Err(format!("{flag} where a change of a row ends in 0, 1 or 2").into()),
        }
    }
}
/// Appends a change whose sides are borrowed.
pub(super) fn encode<V: Record>(old: Option<&V>, new: Option<&V>, out: &mut Vec<u8>) -> Result<Presence> {
    let flag = match (old, new) {
        (Some(old), None) => encode_one(old, out).map(|()| OLD)?,
        (None, Some(new)) => encode_one(new, out).map(|()| NEW)?,
        (Some(old), Some(new)) => encode_both(old, new, out).map(|()| BOTH)?,
        (None, None) => return Err("a change of a row without sides".into()),
    };
    out.push(flag);
    Ok(Presence::Value)
}
fn encode_one<V: Record>(value: &V, out: &mut Vec<u8>) -> Result<()> {
    match value.encode(out)? {
        Presence::Value => Ok(()),
        Presence::Null => Err("a row's value was encoded as null".into()),
    }
}
fn encode_both<V: Record>(old: &V, new: &V, out: &mut Vec<u8>) -> Result<()> {
    let mut bytes = vec![];
    encode_one(new, &mut bytes)?;
    write_length(bytes.len(), out)?;
    out.extend_from_slice(&bytes);
    encode_one(old, out)
}
/// Kafka's signed variable-length integer (`ByteUtils.writeVarint`): zigzag, seven bits a byte, lowest first.
fn write_length(length: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut rest = u64::from(u32::try_from(i32::try_from(length)?)?) << 1;
    while rest >= 0x80 {
        out.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    Ok(())
}
fn read_length(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut length = 0_u64;
    for (i, byte) in bytes.iter().enumerate().take(5) {
        length |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok((usize::try_from(length >> 1)?, &bytes[i + 1..]));
        }
    }
    Err("a length that does not end".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(old: Option<&str>, new: Option<&str>) -> Vec<u8> {
        let mut out = vec![];
        Delta { old: old.map(String::from), new: new.map(String::from) }.encode(&mut out).unwrap();
        out
    }
    #[test]
    fn bytes_are_kafka_streams() {
        assert_eq!(bytes(Some("a"), None), b"a\0");
        assert_eq!(bytes(None, Some("b")), b"b\x01");
        assert_eq!(bytes(Some("a"), Some("bc")), b"\x04bca\x02");
        assert_eq!(bytes(Some(""), Some(&"x".repeat(100)))[..3], [0xc8, 0x01, b'x']);
    }
    #[test]
    fn sides_survive() {
        for (old, new) in [(Some("a"), None), (None, Some("")), (Some("abc"), Some("d"))] {
            let back: Delta<String> = Delta::decode(Some(&bytes(old, new))).unwrap();
            assert_eq!((back.old.as_deref(), back.new.as_deref()), (old, new));
        }
        assert!(Delta::<String>::decode(Some(b"\xff\xff\x02")).is_err());
    }
}
