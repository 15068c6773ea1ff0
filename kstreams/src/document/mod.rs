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
mod format;

pub use format::{Format, UnknownFormat};

use crate::{Result, Topology};

/// The document of a topology in a format.
///
/// # Errors
/// If the format's writer fails, which says why.
pub fn render<Q>(topology: &Topology<Q>, format: Format) -> Result<String> {
    match format {
        Format::Describe => Ok(topology.describe()),
        Format::Mermaid => Ok(topology.mermaid()),
        Format::Dot | Format::Json | Format::AsyncApi | Format::Markdown | Format::Html => {
            Err(format!("`{format}` is not written by this version").into())
        }
    }
}
