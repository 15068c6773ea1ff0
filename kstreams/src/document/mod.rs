//! Documents of a topology, for people and for tools: made of its plan, without a broker.
//!
//! ```
//! use kstreams::{document::{Format, render}, prelude::*};
//! # #[topic(name = "words", key = String, value = u64, partitions = 3)]
//! # struct Words;
//! # #[topic(name = "long-words", key = String, value = u64, partitions = 3)]
//! # struct Long;
//! #[topology(id = "long-words")]
//! fn long_words(words: StreamOf<Words>) {
//!     words.filter(|length| *length > 9).to(Long);
//! }
//! # fn main() -> kstreams::Result<()> {
//! let text = render(&long_words::topology(), Format::Describe)?;
//! assert!(text.starts_with("Topologies:\n   Sub-topology: 0\n"));
//! # Ok(()) }
//! ```
mod asyncapi;
mod described;
mod dot;
mod drawing;
mod format;
mod json;
#[cfg(all(feature = "ops-http", any(feature = "embedded", feature = "kafka")))]
pub(crate) mod live;
mod markdown;
mod model;
mod page;
mod setting;
mod words;

#[doc(hidden)]
pub use described::Described;
pub use format::{Format, UnknownFormat};
pub use json::JSON_SCHEMA;
pub(crate) use setting::Setting;
#[cfg(any(feature = "embedded", feature = "kafka"))]
pub(crate) use words::{bytes, duration};

use crate::{Result, Topology};
use drawing::Graph;
use model::Document;

/// The document of a topology in a format. It knows no configuration: [`Config::document`](crate::Config::document) tells that too.
///
/// # Errors
/// If the format's writer fails, which says why.
pub fn render<Q>(topology: &Topology<Q>, format: Format) -> Result<String> {
    render_under(topology, &[], format)
}
/// The document of a topology as it runs under these settings.
pub(crate) fn render_under<Q>(topology: &Topology<Q>, settings: &[Setting], format: Format) -> Result<String> {
    let document = || Document::of(topology.plan(), settings);
    match format {
        Format::Describe => Ok(topology.describe()),
        Format::Mermaid => Ok(topology.mermaid()),
        Format::Dot => dot::write(&Graph::of(&document())),
        Format::Svg => drawing::file(&Graph::of(&document())),
        Format::Json => json::write(&document()),
        Format::AsyncApi => asyncapi::write(&document()),
        Format::Markdown => markdown::write(&document(), &topology.mermaid()),
        Format::Html => page::write(&document()),
    }
}
