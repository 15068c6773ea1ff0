//! Formats composed of others. Lists have a count, each item its length (−1 for null): all big-endian 32 bits. `Vec<u8>` is raw.
use super::{NonNull, Presence, Record, Shape, required, schema};
use crate::Result;
use std::collections::{BTreeMap, BTreeSet};

fn append<T: Record>(item: &T, out: &mut Vec<u8>) -> Result<()> {
    let at = out.len();
    out.extend_from_slice(&(-1_i32).to_be_bytes());
    if item.encode(out)? == Presence::Value {
        let length = i32::try_from(out.len() - at - 4)?;
        out[at..at + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}
/// A value or its absence as an item.
pub(crate) fn append_option<T: Record>(item: Option<&T>, out: &mut Vec<u8>) -> Result<()> {
    match item {
        Some(item) => append(item, out),
        None => {
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            Ok(())
        }
    }
}
/// Reads items off the front of bytes.
pub(crate) struct Items<'a>(&'a [u8]);
impl<'a> Items<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Items(bytes)
    }
    pub(crate) fn long(&mut self) -> Result<i64> {
        let (head, rest) = self.0.split_first_chunk::<8>().ok_or("the bytes end in the middle of a number")?;
        self.0 = rest;
        Ok(i64::from_be_bytes(*head))
    }
    /// What [`append_option`] wrote.
    pub(crate) fn option<T: Record>(&mut self) -> Result<Option<T>> {
        self.bytes()?.map(|bytes| T::decode(Some(bytes))).transpose()
    }
    pub(crate) fn int(&mut self) -> Result<i32> {
        let (head, rest) = self.0.split_first_chunk::<4>().ok_or("a list ends in the middle of a length")?;
        self.0 = rest;
        Ok(i32::from_be_bytes(*head))
    }
    fn bytes(&mut self) -> Result<Option<&'a [u8]>> {
        let Ok(length) = usize::try_from(self.int()?) else { return Ok(None) };
        let (item, rest) = self.0.split_at_checked(length).ok_or("a list ends in the middle of an item")?;
        self.0 = rest;
        Ok(Some(item))
    }
    pub(crate) fn next<T: Record>(&mut self) -> Result<T> {
        T::decode(self.bytes()?)
    }
    /// A count that the bytes left can hold, so that a broken one cannot ask for much memory.
    pub(crate) fn count(&mut self) -> Result<usize> {
        let count = usize::try_from(self.int()?)?;
        if count > self.0.len() / 4 { Err("a list is shorter than its count".into()) } else { Ok(count) }
    }
    pub(crate) fn end(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(format!("{} bytes too many", self.0.len()).into()) }
    }
}

pub(crate) fn encode_items<T: Record>(items: &[T], out: &mut Vec<u8>) -> Result<Presence> {
    out.extend_from_slice(&i32::try_from(items.len())?.to_be_bytes());
    items.iter().try_for_each(|item| append(item, out))?;
    Ok(Presence::Value)
}
pub(crate) fn decode_items<T: Record>(bytes: &[u8]) -> Result<Vec<T>> {
    let mut items = Items(bytes);
    let list = (0..items.count()?).map(|_| items.next()).collect::<Result<Vec<T>>>()?;
    items.end()?;
    Ok(list)
}

#[diagnostic::do_not_recommend]
impl<T: Record> Record for Vec<T> {
    const SCHEMA: u64 = schema("vec", &[("", T::SCHEMA)]);
    const SHAPE: &'static Shape = &Shape::Composed { kind: "vec", of: &[T::SHAPE] };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        T::encode_items(self, out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        T::decode_items(required(bytes, "a list")?)
    }
}
impl<T> NonNull for Vec<T> {}

#[diagnostic::do_not_recommend]
impl<T: Record> Record for Box<T> {
    const SCHEMA: u64 = schema("box", &[("", T::SCHEMA)]);
    const SHAPE: &'static Shape = &Shape::Composed { kind: "box", of: &[T::SHAPE] };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        T::encode(self, out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        T::decode(bytes).map(Box::new)
    }
}
impl<T> NonNull for Box<T> {}

#[diagnostic::do_not_recommend]
impl<T: Record + Ord> Record for BTreeSet<T> {
    const SCHEMA: u64 = schema("set", &[("", T::SCHEMA)]);
    const SHAPE: &'static Shape = &Shape::Composed { kind: "set", of: &[T::SHAPE] };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.extend_from_slice(&i32::try_from(self.len())?.to_be_bytes());
        self.iter().try_for_each(|item| append(item, out))?;
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        Ok(decode_items(required(bytes, "a set")?)?.into_iter().collect())
    }
}
impl<T> NonNull for BTreeSet<T> {}

#[diagnostic::do_not_recommend]
impl<K: Record + Ord, V: Record> Record for BTreeMap<K, V> {
    const SCHEMA: u64 = schema("map", &[("", K::SCHEMA), ("", V::SCHEMA)]);
    const SHAPE: &'static Shape = &Shape::Composed { kind: "map", of: &[K::SHAPE, V::SHAPE] };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.extend_from_slice(&i32::try_from(self.len())?.to_be_bytes());
        self.iter().try_for_each(|(k, v)| append(k, out).and_then(|()| append(v, out)))?;
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let mut items = Items(required(bytes, "a map")?);
        let map = (0..items.count()?).map(|_| Ok((items.next()?, items.next()?))).collect::<Result<_>>()?;
        items.end()?;
        Ok(map)
    }
}
impl<K, V> NonNull for BTreeMap<K, V> {}

macro_rules! tuples {
    ($name:literal, $($t:ident $v:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($t: Record),*> Record for ($($t,)*) {
            const SCHEMA: u64 = schema($name, &[$(("", $t::SCHEMA)),*]);
            const SHAPE: &'static Shape = &Shape::Composed { kind: $name, of: &[$($t::SHAPE),*] };
            type Present = Self;
            fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
                let ($($v,)*) = self;
                $(append($v, out)?;)*
                Ok(Presence::Value)
            }
            fn decode(bytes: Option<&[u8]>) -> Result<Self> {
                let mut items = Items(required(bytes, concat!("a ", $name))?);
                $(let $v = items.next()?;)*
                items.end()?;
                Ok(($($v,)*))
            }
        }
        impl<$($t),*> NonNull for ($($t,)*) {}
    };
}
tuples!("pair", A a, B b);
tuples!("triple", A a, B b, C c);

#[diagnostic::do_not_recommend]
impl<V: Record> Record for Option<V> {
    const SCHEMA: u64 = schema("option", &[("", V::SCHEMA)]);
    const SHAPE: &'static Shape = &Shape::Composed { kind: "option", of: &[V::SHAPE] };
    type Present = V;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.as_ref().map_or(Ok(Presence::Null), |v| v.encode(out))
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        bytes.map(|b| V::decode(Some(b))).transpose()
    }
    fn event_time(&self) -> Option<crate::Timestamp> {
        self.as_ref().and_then(V::event_time)
    }
}
