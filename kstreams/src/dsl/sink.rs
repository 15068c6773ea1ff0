//! Checks of what is written against the topic that it is written to.
use crate::{Record, Result, SessionWindowed, TimeWindowed, TopicRef, codec::Presence};

/// Checks a stream against a topic.
pub trait Accepts<K, V> {
    #[doc(hidden)]
    fn encode_value(value: &V, out: &mut Vec<u8>) -> Result<Presence>;
}
impl<T: TopicRef, K, V> Accepts<K, V> for T
where
    K: FitsKey<T::Key>,
    V: FitsValue<T::Value>,
{
    fn encode_value(value: &V, out: &mut Vec<u8>) -> Result<Presence> {
        value.encode_fitting(out)
    }
}
/// Checks a table against a topic; deletes become tombstones, so the topic's value may be optional or not.
pub trait AcceptsTable<K, V> {
    #[doc(hidden)]
    fn encode_row(value: &V, out: &mut Vec<u8>) -> Result<Presence>;
}
impl<T: TopicRef, K, V> AcceptsTable<K, V> for T
where
    K: FitsKey<T::Key>,
    V: FitsValue<<T::Value as Record>::Present>,
{
    fn encode_row(value: &V, out: &mut Vec<u8>) -> Result<Presence> {
        value.encode_fitting(out)
    }
}
/// The records' key against the topic's.
#[diagnostic::on_unimplemented(
    message = "key type mismatch: the records are keyed by `{Self}`, the topic by `{TopicKey}`",
    label = "this topic is keyed by `{TopicKey}`",
    note = "change the topic's `key = ..`, or the key: of a stream `.select_key(key_fn)`, of a table `.to_stream().select_key(key_fn)`",
    note = "a key with a window: `key = TimeWindowed<Key>, window = hours(1)` in the topic, or `.to_stream().unwindow()` to take the window off"
)]
pub trait FitsKey<TopicKey> {}
impl<K> FitsKey<K> for K {}
impl<K> FitsKey<TimeWindowed<K>> for K where K: NeedsWindow {}
impl<K> FitsKey<SessionWindowed<K>> for K where K: NeedsWindow {}
/// Never implemented: its message is the point.
#[diagnostic::on_unimplemented(
    message = "the topic is keyed by windows of `{Self}`, this aggregation has no window",
    label = "needs a window upstream",
    note = "add `.windowed_by(tumbling(hours(1)))` before the aggregation"
)]
pub trait NeedsWindow {}
/// The records' value against the topic's.
#[diagnostic::on_unimplemented(
    message = "value type mismatch: the records are `{Self}`, the topic holds `{TopicValue}`",
    label = "this topic holds `{TopicValue}`",
    note = "change the value with `.map_values(f)`, or the topic's `value = ..`"
)]
pub trait FitsValue<TopicValue> {
    #[doc(hidden)]
    fn encode_fitting(&self, out: &mut Vec<u8>) -> Result<Presence>;
}
impl<V: Record> FitsValue<V> for V {
    fn encode_fitting(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.encode(out)
    }
}
impl<V: Record> FitsValue<Option<V>> for V {
    fn encode_fitting(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.encode(out)
    }
}
#[rustfmt::skip] // The compiler shows it, a line the fewer.
impl<V: Record> FitsValue<V> for Option<V> where Nullable<V>: NullsSaid {
    fn encode_fitting(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.encode(out)
    }
}
/// `Option<V>` in the compiler's message.
pub struct Nullable<V>(V);
/// Never implemented: its message is the point.
#[diagnostic::on_unimplemented(
    message = "this stream may hold nulls and the topic's value type has none",
    label = "the topic does not say that its values may be null",
    note = "say it: `value = Option<..>` in `#[topic]`; or drop nulls with `.present()`; a table writes its deletes with `.to(topic)` directly"
)]
pub trait NullsSaid {}
