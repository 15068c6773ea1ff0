//! A handle of a scenario: all keys and values are strings, every topic has one partition, so one enum holds every kind.
use super::scenario::Node;
use kstreams::{SessionWindows, SlidingWindows, TimeWindows, Versioned, prelude::*};

pub(super) type One = Space<String, 1>;
pub(super) type Text = Option<String>;
pub(super) type Timed = Space<TimeWindowed<String>, 1>;
pub(super) type Sessions = Space<SessionWindowed<String>, 1>;

/// What a node of a scenario stands for.
#[derive(Clone)]
pub(super) enum Handle {
    Flow(Stream<One, Text>),
    /// Its key was changed, so it is not where its key belongs.
    Loose(Stream<Rekeyed<String>, Text>),
    TimedFlow(Stream<Timed, Text>),
    SessionFlow(Stream<Sessions, Text>),
    Rows(Table<One, String>),
    /// A versioned table.
    Past(Table<One, String, Versioned>),
    Global(GlobalTable<String, String>),
    TimedRows(Table<Timed, String>),
    SessionRows(Table<Sessions, String>),
    /// `groupByKey`, `groupBy`: with the records without value taken out.
    Grouped(Stream<One, String>),
    /// `groupByTable`: its node, for the name and the key.
    GroupedRows(Table<One, String>, Box<Node>),
    /// The same of a versioned table.
    GroupedPast(Table<One, String, Versioned>, Box<Node>),
    InTime(Stream<One, String>, TimeWindows),
    InSliding(Stream<One, String>, SlidingWindows),
    InSession(Stream<One, String>, SessionWindows),
    /// With emit on window close.
    Final(Box<Handle>),
}
