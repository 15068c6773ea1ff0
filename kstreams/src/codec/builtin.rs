//! Kafka's raw formats: UTF-8 strings, big-endian numbers, bytes; the same as its Java serializers write.
//!
//! `do_not_recommend`: a compile error says what to derive; a list of all that has a format would bury it.
use super::{NonNull, Presence, Record, Shape, exactly, required, schema};
use crate::{Key, Result, Timestamp};

macro_rules! numbers {
    ($($t:ty = $what:literal),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Record for $t {
            const SCHEMA: u64 = schema(stringify!($t), &[]);
            const SHAPE: &'static Shape = &Shape::Raw { of: stringify!($t) };
            type Present = Self;
            fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
                out.extend_from_slice(&self.to_be_bytes());
                Ok(Presence::Value)
            }
            fn decode(bytes: Option<&[u8]>) -> Result<Self> {
                exactly(bytes, $what).map(<$t>::from_be_bytes)
            }
            fn duplicate(&self) -> Result<Self> {
                Ok(*self)
            }
        }
        impl NonNull for $t {}
    )* };
}
numbers!(
    u16 = "a u16",
    u32 = "a u32",
    u64 = "a u64",
    i8 = "an i8",
    i16 = "an i16",
    i32 = "an i32",
    i64 = "an i64",
    f32 = "an f32",
    f64 = "an f64"
);

#[diagnostic::do_not_recommend]
impl Record for u8 {
    const SCHEMA: u64 = schema("u8", &[]);
    const SHAPE: &'static Shape = &Shape::Raw { of: "u8" };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.push(*self);
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        exactly::<1>(bytes, "a u8").map(|[b]| b)
    }
    fn duplicate(&self) -> Result<Self> {
        Ok(*self)
    }
    fn encode_items(items: &[Self], out: &mut Vec<u8>) -> Result<Presence> {
        out.extend_from_slice(items);
        Ok(Presence::Value)
    }
    fn decode_items(bytes: &[u8]) -> Result<Vec<Self>> {
        Ok(bytes.to_vec())
    }
}
impl NonNull for u8 {}

#[diagnostic::do_not_recommend]
impl Record for bool {
    const SCHEMA: u64 = schema("bool", &[]);
    const SHAPE: &'static Shape = &Shape::Raw { of: "bool" };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        u8::from(*self).encode(out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        u8::decode(bytes).map(|b| b != 0)
    }
    fn duplicate(&self) -> Result<Self> {
        Ok(*self)
    }
}
impl NonNull for bool {}

#[diagnostic::do_not_recommend]
impl Record for String {
    const SCHEMA: u64 = schema("String", &[]);
    const SHAPE: &'static Shape = &Shape::Raw { of: "String" };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.extend_from_slice(self.as_bytes());
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        Ok(std::str::from_utf8(required(bytes, "a string")?)?.to_owned())
    }
    fn duplicate(&self) -> Result<Self> {
        Ok(self.clone())
    }
}
impl NonNull for String {}

#[diagnostic::do_not_recommend]
impl Record for Timestamp {
    const SCHEMA: u64 = schema("Timestamp", &[]);
    const SHAPE: &'static Shape = &Shape::Raw { of: "Timestamp" };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.0.encode(out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        i64::decode(bytes).map(Timestamp)
    }
}
impl NonNull for Timestamp {}

#[diagnostic::do_not_recommend]
impl Record for () {
    const SCHEMA: u64 = schema("()", &[]);
    const SHAPE: &'static Shape = &Shape::Raw { of: "()" };
    type Present = Self;
    fn encode(&self, _: &mut Vec<u8>) -> Result<Presence> {
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        required(bytes, "an empty value").map(|_| ())
    }
}
impl NonNull for () {}

macro_rules! keys { ($($t:ty),*) => { $(#[diagnostic::do_not_recommend] impl Key for $t {})* }; }
keys!(String, u32, u64, i32, i64, Vec<u8>);
