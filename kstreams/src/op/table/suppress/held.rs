//! What `suppress` keeps of a key: its last change, with what the key was before the first.
use crate::{
    Headers, Record, Result, Timestamp,
    codec::{NonNull, Presence, composed, required, schema},
};

/// A change that is held back.
#[derive(Debug)]
pub(super) struct Held<V> {
    /// By what it waits: of the first change since the last that went on.
    pub(super) since: i64,
    pub(super) time: Timestamp,
    pub(super) new: Option<V>,
    pub(super) old: Option<V>,
    /// What those see that look the key up meanwhile.
    pub(super) prior: Option<V>,
    pub(super) headers: Headers,
    /// From start to end of the key's window: a windowed key's bytes leave it out.
    pub(super) window_ms: i64,
}
impl<V> Held<V> {
    /// Size of the key's window.
    pub(super) fn window(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.window_ms.unsigned_abs())
    }
}
impl<V> NonNull for Held<V> {}
/// `since`, `time` and `window_ms` as 8 big-endian bytes each, then the values and the headers as a list is encoded.
impl<V: Record> Record for Held<V> {
    const SCHEMA: u64 = schema("held", &[("", V::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        for number in [self.since, self.time.0, self.window_ms] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        for value in [&self.new, &self.old, &self.prior] {
            composed::append_option(value.as_ref(), out)?;
        }
        out.extend_from_slice(&i32::try_from(self.headers.len())?.to_be_bytes());
        for (name, value) in self.headers.iter() {
            composed::append_option(Some(&name.to_owned()), out)?;
            composed::append_option(value.map(<[u8]>::to_vec).as_ref(), out)?;
        }
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let mut items = composed::Items::of(required(bytes, "a held change")?);
        let (since, time, window_ms) = (items.long()?, Timestamp(items.long()?), items.long()?);
        let (new, old, prior) = (items.option()?, items.option()?, items.option()?);
        let mut headers = Headers::new();
        for _ in 0..items.count()? {
            let name: String = items.next()?;
            match items.option::<Vec<u8>>()? {
                Some(value) => headers.add(name, value),
                None => headers.add_null(name),
            }
        }
        items.end()?;
        Ok(Held { since, time, new, old, prior, headers, window_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_change_survives_its_bytes() {
        let mut headers = Headers::new();
        headers.add("trace", "7");
        headers.add_null("none");
        let held =
            Held { since: 3, time: Timestamp(5), new: Some("b".to_string()), old: None, prior: Some("a".into()), headers, window_ms: 0 };
        let back = held.duplicate().unwrap();
        assert_eq!(format!("{back:?}"), format!("{held:?}"));
    }
}
