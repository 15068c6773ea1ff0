//! A session store as a processor sees it.
use super::{
    Scan,
    own::Own,
    stores::{OpenStore, Opening},
    times::inside,
};
use crate::{Key, Record, Result, SessionBounds, SessionWindowed, Timestamp, op::Assembly};
use kstreams_store::layout::session;
use std::{
    cell::Cell,
    ops::{Bound, RangeBounds},
    rc::Rc,
};

/// Key and bounds of a session to value (Kafka Streams: `SessionStore`, of `Stores.persistentSessionStore`). Declared with
/// [`crate::sessions`].
///
/// The store's time is the largest session end that was put. Sessions whose end lies `retention` or more behind it cannot be read any more; what
/// is put so late goes into the changelog and, once its segment (half the retention, a minute at least) is gone, nowhere else. A session that
/// grows is another one: delete the old, put the new.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "clicks", key = String, value = String, partitions = 1)]
/// # struct Clicks;
/// # #[topic(name = "visits", key = String, value = u64, partitions = 1)]
/// # struct Visits;
/// /// How many pages a visit has had so far; five minutes without a click end it.
/// struct Visit;
/// impl Processor for Visit {
///     type Key = String;
///     type In = String;
///     type Stores = SessionStore<String, u64>;
///     type Out = EmitInPlace<String, u64>;
///     fn process(&mut self, click: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         let at = click.time.0;
///         let mut visit = SessionWindowed { key: click.key, window: SessionBounds { start: at, end: at } };
///         let mut pages = 1;
///         let touched = cx.stores.fetch(&visit.key, Timestamp(at - 300_000)..=Timestamp(at + 300_000))?;
///         for session in touched.collect::<kstreams::Result<Vec<_>>>()? {
///             let (SessionWindowed { window, .. }, before) = &session;
///             visit.window = SessionBounds { start: window.start.min(visit.window.start), end: window.end.max(visit.window.end) };
///             pages += before;
///             cx.stores.delete(&session.0)?;
///         }
///         cx.stores.put(&visit, pages)?;
///         cx.out.emit(&visit.key, pages)
///     }
/// }
/// # let b = Topology::builder("example");
/// # let clicks = b.stream(Clicks);
/// clicks.process(sessions("visits", hours(1)), || Visit).to(Visits);
/// # let mut driver = TestDriver::new(b.build(()));
/// for minute in [0, 3, 20, 7, 12] {
///     driver.input(Clicks).at(minute * 60_000).send("ann".into(), "/".into());
/// }
/// assert_eq!(driver.output(Visits).values(), [1, 2, 1, 3, 4]);
/// ```
pub struct SessionStore<K, V>(Own<SessionWindowed<K>, V>);
impl<K: Key, V: Record> SessionStore<K, V> {
    /// The value of the session with just these bounds.
    ///
    /// # Errors
    /// If the store cannot be read.
    #[doc(alias = "fetchSession")]
    pub fn get(&self, session: &SessionWindowed<K>) -> Result<Option<V>> {
        self.0.get(session)
    }
    /// Sets the value of the session with just these bounds.
    ///
    /// # Errors
    /// If the store cannot be read, or the session ends before it starts or starts before 0.
    pub fn put(&mut self, session: &SessionWindowed<K>, value: V) -> Result<()> {
        self.0.put(checked(session)?, value)
    }
    /// Deletes the session with just these bounds and answers what it was (Kafka Streams: `remove`).
    ///
    /// # Errors
    /// As [`SessionStore::put`].
    #[doc(alias = "remove")]
    pub fn delete(&mut self, session: &SessionWindowed<K>) -> Result<Option<V>> {
        self.0.delete(checked(session)?)
    }
    /// One key's sessions that touch `times`: that end at its first time or later and start at its last or before. The one that ends first
    /// comes first; with `.rev()` last. All of a key with `..`.
    ///
    /// # Errors
    /// If the store cannot be read.
    #[doc(alias = "findSessions")]
    #[doc(alias = "backwardFindSessions")]
    pub fn fetch(&self, key: &K, times: impl RangeBounds<Timestamp>) -> Result<Scan<'_, SessionWindowed<K>, V>> {
        let Some((from, to)) = inside(&times) else { return Ok(Box::new(std::iter::empty())) };
        let mut bytes = vec![];
        key.encode(&mut bytes)?;
        let bounds = session::ending_within(&bytes, from, self.0.store_time());
        Ok(self.0.scan(bounds, move |row| session::is_of(&bytes, row) && session::start_of(row) <= to))
    }
    /// Sessions of all keys that touch `times`, in byte order of the keys, then by end and start.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn fetch_all(&self, times: impl RangeBounds<Timestamp>) -> Result<Scan<'_, SessionWindowed<K>, V>> {
        let Some((from, to)) = inside(&times) else { return Ok(Box::new(std::iter::empty())) };
        let touches = move |row: &[u8]| session::end_of(row) >= from && session::start_of(row) <= to;
        Ok(self.0.scan((Bound::Unbounded, Bound::Unbounded), touches))
    }
    /// Every session, in byte order of the keys, then by end and start.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn all(&self) -> Result<Scan<'_, SessionWindowed<K>, V>> {
        self.fetch_all(..)
    }
}
fn checked<K>(session: &SessionWindowed<K>) -> Result<&SessionWindowed<K>> {
    let SessionBounds { start, end } = session.window;
    if start < 0 || end < start { Err(format!("{start} to {end} is no session").into()) } else { Ok(session) }
}
#[allow(private_interfaces)]
impl<K: Key, V: Record> OpenStore for SessionStore<K, V> {
    fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, now: &Rc<Cell<i64>>) -> Option<Self> {
        Own::open(assembly, from, now).map(SessionStore)
    }
}
