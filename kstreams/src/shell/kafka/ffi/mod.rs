//! Thin safe wrappers over librdkafka's C interface: the only place of the crate with `unsafe`.
//!
//! rust-rdkafka's own clients are not used: they poll one message at a time, put a floor of 100 ms under every flush and
//! commit, and answer rebalances inside callbacks. Here everything comes as events from queues that one thread polls.
#![allow(unsafe_code, reason = "calls into librdkafka; every block says why it is sound")]

mod admin;
mod client;
mod error;
mod event;
mod messages;
mod metadata;
mod partitions;
mod produce;
mod queue;
mod transaction;

pub(crate) use admin::{Isolation, NewTopic};
pub(crate) use client::Client;
pub(crate) use error::{ClientError, Code};
pub(crate) use event::{ConfigValue, Event, Member, TopicAnswer};
pub(crate) use messages::{Messages, Received};
pub(crate) use partitions::{BEGINNING, END, Partition, Position};
pub(crate) use produce::{Message, TopicHandle};
pub(crate) use queue::Queue;

use std::ffi::{CStr, CString, c_char};

/// A C string; what stands behind a NUL byte is cut off (topic names and property values have none).
fn c_string(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// Copies a C string that librdkafka owns; `""` for null.
fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: not null, and librdkafka's strings end with NUL and outlive this call.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

/// The elements of an array that librdkafka owns.
///
/// # Safety
/// `first` points to `count` elements that outlive `'a`, or `count` is 0.
unsafe fn array<'a, T>(first: *mut *const T, count: usize) -> &'a [*const T] {
    if first.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: the caller promises it.
    unsafe { std::slice::from_raw_parts(first.cast_const(), count) }
}
