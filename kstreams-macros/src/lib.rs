//! The door of the macros: `#[topology]`, `#[topic]`, `#[operator]`, `#[derive(Key)]`, `#[derive(Record)]`.
//!
//! One folder a macro, read as an algorithm: `parse` (what is written) → `model` (what it means) → `check` (what is wrong with
//! it) → `expand` (the code). Three rules hold in all of them: the user's item comes out first and unchanged, whatever is wrong;
//! every error is reported, each on the token to change; expansions call `kstreams`, they hold no logic.
//!
//! `KSTREAMS_DUMP=-` prints what every macro of a build expands to; `KSTREAMS_DUMP=<folder>` writes one file an item.
#![deny(missing_docs)]
use proc_macro::TokenStream;

mod crate_path;
mod documentation;
mod dump;
mod errors;
mod kafka_name;
mod key;
mod operator;
mod options;
mod record;
mod tokens;
mod topic;
mod topology;

/// Makes a key of a struct of one field, which is a key itself: `#[derive(Key, Serialize, Deserialize, Clone)] struct UserName(String);`.
///
/// The new type has the inner key's bytes and partition. A key is a record too, so `Record` is not derived beside it.
///
/// Options: `#[key(crate = "path")]`, where `kstreams` has another path.
#[proc_macro_derive(Key, attributes(key))]
pub fn key(input: TokenStream) -> TokenStream {
    dump::derive("key", input, key::key)
}

/// Makes a record of a serde type, so that topics and stores can hold it.
///
/// Options of the type: `#[record(format = Json)]`, the default and so far the only format; `#[record(crate = "path")]`.
/// Option of a field: `#[record(event_time)]`, the record's time in epoch milliseconds.
#[proc_macro_derive(Record, attributes(record))]
pub fn record(input: TokenStream) -> TokenStream {
    dump::derive("record", input, record::record)
}

/// Declares a topic: `#[topic(name = "orders", key = UserName, value = Order, partitions = 3)] pub struct Orders;`.
///
/// | option | what it says |
/// |---|---|
/// | `name = ".."` | the topic's name on the broker; mandatory |
/// | `pattern = ".."` | in the name's place: all topics whose whole names match this regular expression, read as one stream (and as nothing else) |
/// | `key = Type`, `value = Type` | what its records hold; `key = Unkeyed` for none, `value = Option<V>` if nulls may occur; mandatory |
/// | `partitions = 3` | their declared count; mandatory |
/// | `partitioner = Type` | who placed the records, if not Java's murmur2 |
/// | `history = hours(1)` | how far back a versioned table of it remembers |
/// | `window = hours(1)` | the size of the windows in a `TimeWindowed` key, needed to read the topic |
/// | `reset = earliest` | where reading begins if the group has committed nothing: `earliest` or `latest`; else the application says it |
/// | `timestamp = f` | `f(&key, &value, &meta)` answers the record's event time |
/// | `expect_keys = 1_000_000`, `expect_row_bytes = 80` | what a table of it will hold, for the estimates in documents |
/// | `crate = "path"` | where `kstreams` is, if it has another path |
#[proc_macro_attribute]
pub fn topic(attr: TokenStream, item: TokenStream) -> TokenStream {
    dump::attribute("topic", attr, item, topic::topic)
}

/// Lets documents of topologies tell what a function says of itself: `#[operator]` on a function that is passed to an operator, or on a processor's
/// struct.
///
/// The item stays as it is. Its documentation, signature, file and line stand beside the operator in every document of every topology that uses it
/// (`kstreams::document`). Functions without it are told by their name, closures by the line they stand on. It is found by its path, so it stands in a
/// module, not inside another function.
///
/// Option: `crate = "path"`, where `kstreams` is, if it has another path.
#[proc_macro_attribute]
pub fn operator(attr: TokenStream, item: TokenStream) -> TokenStream {
    dump::attribute("operator", attr, item, operator::operator)
}

/// Makes a topology of a function: beside it stands a module of its name with `topology()`, documentation and the test of its lock.
///
/// Parameters are the topics it reads (`StreamOf<Topic>`, `TableOf<Topic>`); every other parameter is a run-time setting and
/// becomes a parameter of `topology(..)`. What the function returns are the store handles that queries take.
///
/// Options: `id = ".."`, the application id, mandatory; `lock = "file"`, the committed list of the names that state hangs on, by a
/// path relative to the crate; `drawing = "file.svg"`, a drawing for the documentation (`kstreams::document::Format::Svg`), by such a path;
/// `crate = "path"`, where `kstreams` is, if it has another path.
#[proc_macro_attribute]
pub fn topology(attr: TokenStream, item: TokenStream) -> TokenStream {
    dump::attribute("topology", attr, item, topology::topology)
}
