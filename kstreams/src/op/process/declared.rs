//! Stores as a topology declares them for a processor, and the checks of a processor against its stream.
use super::{
    Processor,
    sessions::SessionStore,
    stores::{KvStore, Opening},
    table_view::TableView,
    versioned::VersionedStore,
    windows::WindowStore,
};
use crate::{
    Key, Keyed, OldType, Record, SessionWindowed, Table, TimeWindowed, Versioned,
    codec::KeptAs,
    dsl::StoreDraft,
    plan::{Migration, StoreIndex, StoreKind, TopicIndex, recorder::At},
};
use std::{
    marker::PhantomData,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

/// A store that processors may open as `T`. A clone is the same store: that is how two processors share one.
pub struct Declared<T> {
    draft: StoreDraft,
    of: PhantomData<fn() -> T>,
}
impl<T> Clone for Declared<T> {
    fn clone(&self) -> Self {
        Declared { draft: self.draft.clone(), of: PhantomData }
    }
}
impl<T> Declared<T> {
    fn new<K: Key, V: Record>(name: &'static str, kind: StoreKind) -> Self {
        // An identity for clones of this declaration; it never leaves the process.
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let mut draft = StoreDraft::named(name).migrating(vec![]);
        draft.ordered = true;
        draft.shared = NEXT.fetch_add(1, Ordering::Relaxed);
        Declared { draft: draft.typed::<K, V>(kind), of: PhantomData }
    }
    /// A store that is never on disk, see [`crate::Stored::in_memory`].
    pub fn in_memory(mut self) -> Self {
        self.draft = self.draft.in_memory();
        self
    }
    /// No changelog: a lost disk loses the store.
    pub fn unlogged(mut self) -> Self {
        self.draft = self.draft.unlogged();
        self
    }
    /// How many keys it will hold over all partitions, for the estimates in documents, see [`crate::Stored::expect_keys`].
    pub fn expect_keys(mut self, keys: u64) -> Self {
        self.draft.expected = self.draft.expected.keys(keys);
        self
    }
    /// How many bytes a key and its value have on average, as they are encoded; see [`crate::Stored::expect_keys`].
    pub fn expect_row_bytes(mut self, bytes: u64) -> Self {
        self.draft.expected = self.draft.expected.row_bytes(bytes);
        self
    }
    /// What becomes of rows that were written as another type, see [`crate::Stored::migrate`].
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// // it held numbers of 32 bits once
    /// let counts = kv::<String, u64>("counts").migrate(from::<u32>(), u64::from);
    /// ```
    pub fn migrate<Old: Record>(mut self, from: OldType<Old>, f: impl Fn(Old) -> T::Value + Send + Sync + 'static) -> Self
    where
        T: Holds,
    {
        let _ = from;
        self.draft = self.draft.migrating(vec![Migration::new(f)]);
        self
    }
}
/// A store whose rows can be migrated, and what they are. Versions of a key cannot.
pub trait Holds {
    /// The value of a row.
    type Value: Record;
}
impl<K, V: Record> Holds for KvStore<K, V> {
    type Value = V;
}
impl<K, V: Record> Holds for WindowStore<K, V> {
    type Value = V;
}
impl<K, V: Record> Holds for SessionStore<K, V> {
    type Value = V;
}
/// A key-value store named by a literal.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "results", key = String, value = String, partitions = 1)]
/// # struct Results;
/// /// Counts and tells.
/// struct Count;
/// impl Processor for Count {
///     type Key = String;
///     type In = String;
///     type Stores = KvStore<String, u64>;
///     type Out = EmitInPlace<String, String>;
///     fn process(&mut self, word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         let count = cx.stores.get(&word.key)?.unwrap_or(0) + 1;
///         cx.stores.put(&word.key, count)?;
///         cx.out.emit(&word.key, format!("{count}"))
///     }
/// }
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// // a clone is the same store: both processors count in it
/// let counts = kv("counts").in_memory();
/// let (tea, rest) = words.split().branch("tea", |word| word == "tea").default_branch();
/// let tea = tea.process(counts.clone(), || Count);
/// tea.merge(rest.process(counts, || Count)).to(Results);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Words).send("ann".into(), "tea".into()).send("ann".into(), "ale".into());
/// assert_eq!(driver.output(Results).values(), ["1", "2"]);
/// ```
pub fn kv<K: Key, V: Record<Present: KeptAs<V>>>(name: &'static str) -> Declared<KvStore<K, V>> {
    Declared::new::<K, V>(name, StoreKind::KeyValue)
}

/// A store of windows named by a literal (Kafka Streams: `Stores.persistentWindowStore` without duplicates). A window has this `size` and can
/// be read until its start lies `retention` behind the latest start that was put; `retention` is at least `size`. [`WindowStore`] has an example.
pub fn windows<K: Key, V: Record<Present: KeptAs<V>>>(
    name: &'static str,
    size: Duration,
    retention: Duration,
) -> Declared<WindowStore<K, V>> {
    Declared::new::<TimeWindowed<K>, V>(name, StoreKind::Window { size, retention })
}
/// A store of sessions named by a literal (Kafka Streams: `Stores.persistentSessionStore`). A session can be read until its end lies
/// `retention` behind the latest end that was put. [`SessionStore`] has an example.
pub fn sessions<K: Key, V: Record<Present: KeptAs<V>>>(name: &'static str, retention: Duration) -> Declared<SessionStore<K, V>> {
    Declared::new::<SessionWindowed<K>, V>(name, StoreKind::Session { retention })
}
/// A store named by a literal that remembers what each key was for the last `history` of its time (Kafka Streams:
/// `Stores.persistentVersionedKeyValueStore`).
pub fn versioned<K: Key, V: Record<Present: KeptAs<V>>>(name: &'static str, history: Duration) -> Declared<VersionedStore<K, V>> {
    Declared::new::<K, V>(name, StoreKind::Versioned { history })
}

/// Checks a processor against the stream it reads.
pub trait Takes<K, V>: Processor {
    #[doc(hidden)]
    fn take(key: K, value: V) -> (Self::Key, Self::In);
}
impl<P: Processor, K, V> Takes<K, V> for P
where
    P::Key: TakesKey<K>,
    P::In: TakesValue<V>,
{
    fn take(key: K, value: V) -> (P::Key, P::In) {
        (<P::Key as TakesKey<K>>::taken(key), <P::In as TakesValue<V>>::taken(value))
    }
}
/// The processor's key against the stream's.
#[diagnostic::on_unimplemented(
    message = "the processor takes keys `{Self}`, the stream is keyed by `{StreamKey}`",
    label = "`type Key` is `{Self}`",
    note = "change the processor's `type Key`, or the stream's key with `.select_key(key_fn)`"
)]
pub trait TakesKey<StreamKey> {
    #[doc(hidden)]
    fn taken(key: StreamKey) -> Self;
}
impl<K> TakesKey<K> for K {
    fn taken(key: K) -> K {
        key
    }
}
/// The processor's value against the stream's.
#[diagnostic::on_unimplemented(
    message = "the processor takes values `{Self}`, the stream holds `{StreamValue}`",
    label = "`type In` is `{Self}`",
    note = "change the processor's `type In`, or the stream's values with `.map_values(f)`"
)]
pub trait TakesValue<StreamValue> {
    #[doc(hidden)]
    fn taken(value: StreamValue) -> Self;
}
impl<V> TakesValue<V> for V {
    fn taken(value: V) -> V {
        value
    }
}

/// What a processor's declared stores add to the plan.
#[doc(hidden)]
#[derive(Default)]
pub struct Declarations {
    pub(super) recording: usize,
    pub(super) inputs: Vec<At>,
    pub(super) stores: Vec<StoreIndex>,
    pub(super) globals: Vec<TopicIndex>,
    pub(super) openings: Vec<Opening>,
}

/// What `process` takes for a processor that opens `Open`.
#[diagnostic::on_unimplemented(
    message = "the processor opens `{Open}`, what is given here is `{Self}`",
    label = "not the stores of this processor",
    note = "declare each store of `type Stores` in its order: `kv(\"name\")`, `windows(\"name\", size, retention)`, `sessions(..)`, `versioned(..)`, a table (for a `TableView<_, _, Versioned>` one with history: `VersionedOf<Topic>`, `stored(..).versioned(..)`), or a global table; `()` for none"
)]
pub trait StoresFor<Open> {
    #[doc(hidden)]
    fn declare(self, to: &mut Declarations);
}
impl<T, Open> StoresFor<Open> for Declared<T>
where
    T: SameStore<Open>,
{
    fn declare(self, to: &mut Declarations) {
        let store = self.draft.whole_windows(to.recording).add(to.recording);
        to.stores.push(store);
        to.openings.push(Opening::Store(store));
    }
}
/// The declared store against the opened one.
#[diagnostic::on_unimplemented(
    message = "the processor opens `{Open}`, the store declared here is `{Self}`",
    label = "another kind of store",
    note = "declare it as the processor's `type Stores` says: `kv(\"name\")` for a `KvStore`, `windows(\"name\", size, retention)` for a `WindowStore`, `sessions(\"name\", retention)` for a `SessionStore`, `versioned(\"name\", history)` for a `VersionedStore`, the table itself for a `TableView` or a `GlobalView`"
)]
pub trait SameStore<Open> {}
impl<T> SameStore<T> for T {}
/// A second candidate, so that rustc waits for the processor's type instead of guessing it from the declared store.
#[doc(hidden)]
pub struct NotYetKnown;
impl<K, V> SameStore<NotYetKnown> for KvStore<K, V> {}
impl<K, V> SameStore<NotYetKnown> for WindowStore<K, V> {}
impl<K, V> SameStore<NotYetKnown> for SessionStore<K, V> {}
impl<K, V> SameStore<NotYetKnown> for VersionedStore<K, V> {}
#[diagnostic::do_not_recommend]
impl<S: Keyed<Key = K>, K, V, M> StoresFor<TableView<K, V>> for Table<S, V, M> {
    fn declare(self, to: &mut Declarations) {
        to.inputs.push(self.at);
        to.openings.push(Opening::Table(self.at.node()));
    }
}
#[diagnostic::do_not_recommend]
impl<S: Keyed<Key = K>, K, V> StoresFor<TableView<K, V, Versioned>> for Table<S, V, Versioned> {
    fn declare(self, to: &mut Declarations) {
        StoresFor::<TableView<K, V>>::declare(self, to);
    }
}
#[diagnostic::do_not_recommend]
impl<S, V, M> StoresFor<NotYetKnown> for Table<S, V, M> {
    fn declare(self, _: &mut Declarations) {}
}
#[diagnostic::do_not_recommend]
impl StoresFor<()> for () {
    fn declare(self, _: &mut Declarations) {}
}
macro_rules! stores {
    ($($p:ident $o:ident $i:tt),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($p, $o),*> StoresFor<($($o,)*)> for ($($p,)*)
        where
            $($p: StoresFor<$o>),*
        {
            fn declare(self, to: &mut Declarations) {
                $(self.$i.declare(to);)*
            }
        }
    };
}
stores!(A OA 0);
stores!(A OA 0, B OB 1);
stores!(A OA 0, B OB 1, C OC 2);
stores!(A OA 0, B OB 1, C OC 2, D OD 3);
stores!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4);
stores!(A OA 0, B OB 1, C OC 2, D OD 3, E OE 4, F OF 5);
