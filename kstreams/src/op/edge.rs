//! The edges between operators: typed, one record at a time, depth first.
use super::{Assembly, Flow, Scope};
use crate::{Headers, Message, Timestamp, TopicKey};
use std::{cell::RefCell, collections::BTreeMap, ops::Bound, rc::Rc, sync::Arc};

/// Takes a stream's records. A node is boxed, its closure stays generic: one indirect call an operator.
pub(crate) trait Push<K, V> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow;
}
/// What a stream operator hands its records to.
pub(crate) type Next<K, V> = Box<dyn Push<K, V>>;

/// A change of a table's row; values are borrowed from the operator that made them.
#[derive(Debug)]
pub(crate) struct Change<'a, K, V> {
    pub(crate) key: &'a K,
    /// What the key is now; `None`: deleted.
    pub(crate) new: Option<&'a V>,
    /// What the key was, if the node sends old values.
    pub(crate) old: Option<&'a V>,
    /// The key is `new` now; else a versioned table has learned late what it once was, and `old` is what it is now (KIP-914).
    pub(crate) is_latest: bool,
    pub(crate) time: Timestamp,
    pub(crate) headers: &'a Headers,
}
impl<K, V> Clone for Change<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V> std::marker::Copy for Change<'_, K, V> {}
impl<'a, K, V> Change<'a, K, V> {
    /// The same change with other values.
    pub(crate) fn with<R>(&self, new: Option<&'a R>, old: Option<&'a R>) -> Change<'a, K, R> {
        Change { key: self.key, new, old, is_latest: self.is_latest, time: self.time, headers: self.headers }
    }
}
/// Takes a table's changes.
pub(crate) trait PushChange<K, V> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow;
}
/// What a table operator hands its changes to.
pub(crate) type NextChange<K, V> = Box<dyn PushChange<K, V>>;

/// A row as a lookup gives it: shared with the store, with its time.
pub(crate) type Row<V> = Option<(Rc<V>, i64)>;
/// From which key to which, in the order of their bytes.
pub(crate) type Between<'a, K> = (Bound<&'a K>, Bound<&'a K>);
/// Looks rows of a table up: in its store, or recomputed from the tables above.
pub(crate) trait View<K, V> {
    fn get(&mut self, key: &K, scope: &mut Scope) -> Result<Row<V>, Box<super::Failure>>;
    /// What the row was at a time; of a table that keeps no history, what it is.
    fn get_as_of(&mut self, key: &K, time: i64, scope: &mut Scope) -> Result<Row<V>, Box<super::Failure>> {
        let _ = time;
        self.get(key, scope)
    }
    /// Keys that may have a row, in the order of their bytes: `get` says which have.
    fn keys(&mut self, between: Between<'_, K>) -> Result<Vec<K>, Box<super::Failure>>;
}
/// Keys of either, in the order of their bytes.
pub(crate) fn either_keys<K: TopicKey>(some: Vec<K>, others: Vec<K>) -> crate::Result<Vec<K>> {
    let mut all = BTreeMap::new();
    for key in some.into_iter().chain(others) {
        let mut bytes = vec![];
        key.encode_key(&mut bytes)?;
        all.insert(bytes, key);
    }
    Ok(all.into_values().collect())
}

type Make<T> = Arc<dyn Fn(&mut Assembly<'_>) -> T + Send + Sync>;

/// Copies a value; one without `Clone` goes through its bytes.
pub(crate) type Copy<V> = fn(&V) -> crate::Result<V>;

/// Who reads a stream node: factories, one a reader, in the order in which they were written.
pub(crate) struct Outlet<K, V> {
    pub(crate) readers: Vec<Make<Next<K, V>>>,
    /// How to copy a value; known as soon as the handle was cloned or the topic opened twice, and no stream has two readers before.
    pub(crate) copy: Option<Copy<V>>,
}
impl<K, V> Outlet<K, V> {
    pub(crate) fn new() -> Self {
        Outlet { readers: vec![], copy: None }
    }
}
/// Who reads a table node, and how it is looked up.
pub(crate) struct TableOutlet<K, V> {
    pub(crate) readers: Vec<Make<NextChange<K, V>>>,
    pub(crate) view: Make<Box<dyn View<K, V>>>,
}

/// A stream that ends here.
pub(crate) struct Nowhere;
impl<K, V> Push<K, V> for Nowhere {
    fn push(&mut self, _: Message<K, V>, _: &mut Scope) -> Flow {
        Ok(())
    }
}
impl<K, V> PushChange<K, V> for Nowhere {
    fn push(&mut self, _: Change<'_, K, V>, _: &mut Scope) -> Flow {
        Ok(())
    }
}

/// Several readers of one stream: each gets a copy, the last the record itself.
pub(crate) struct FanOut<K, V> {
    pub(crate) readers: Vec<Next<K, V>>,
    pub(crate) copy: Copy<V>,
}
impl<K: Clone, V> Push<K, V> for FanOut<K, V> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        let Some((last, others)) = self.readers.split_last_mut() else { return Ok(()) };
        for reader in others {
            let value = (self.copy)(&record.value)?;
            reader.push(Message { key: record.key.clone(), value, time: record.time, headers: record.headers.clone() }, scope)?;
        }
        last.push(record, scope)
    }
}
/// Several readers of one table.
pub(crate) struct FanOutChange<K, V>(pub(crate) Vec<NextChange<K, V>>);
impl<K, V> PushChange<K, V> for FanOutChange<K, V> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        self.0.iter_mut().try_for_each(|reader| reader.push(change, scope))
    }
}

/// A node that several inputs push into.
pub(crate) struct Shared<T: ?Sized>(pub(crate) Rc<RefCell<T>>);
impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Shared(self.0.clone())
    }
}
impl<K, V> Push<K, V> for Shared<Next<K, V>> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        self.0.borrow_mut().push(record, scope)
    }
}
impl<K, V> PushChange<K, V> for Shared<Option<NextChange<K, V>>> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        self.0.borrow_mut().as_mut().map_or(Ok(()), |next| next.push(change, scope))
    }
}
impl<K, V> PushChange<K, V> for Shared<NextChange<K, V>> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        self.0.borrow_mut().push(change, scope)
    }
}
