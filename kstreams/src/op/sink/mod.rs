//! Sinks: the last node of a stream, which writes a topic.
mod to;
mod to_dynamic;
mod unwritable;

pub(crate) use unwritable::Unwritable;
