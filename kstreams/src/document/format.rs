//! The formats of documents, and what they are called.
use std::{fmt, str::FromStr};

/// What a document is written as.
///
/// ```
/// use kstreams::document::Format;
/// assert_eq!("html".parse(), Ok(Format::Html));
/// assert_eq!(Format::Html.file_name("orders"), "orders.html");
/// assert!("pdf".parse::<Format>().unwrap_err().to_string().contains("asyncapi"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Kafka's `TopologyDescription`, which existing viewers read.
    Describe,
    /// A Mermaid flowchart, which GitHub draws.
    Mermaid,
    /// A Graphviz graph.
    Dot,
    /// The drawing alone, on one line and with its style in it: `#![doc = include_str!("..")]` shows it in rustdoc.
    Svg,
    /// Everything there is to say, in a stable, versioned form for programs.
    Json,
    /// AsyncAPI 3 with Kafka bindings.
    AsyncApi,
    /// A page to commit, with a Mermaid drawing.
    Markdown,
    /// A page in one file, with a drawing.
    Html,
}
impl Format {
    /// All of them.
    pub const ALL: [Format; 8] =
        [Format::Describe, Format::Mermaid, Format::Dot, Format::Svg, Format::Json, Format::AsyncApi, Format::Markdown, Format::Html];
    /// Its name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Describe => "describe",
            Format::Mermaid => "mermaid",
            Format::Dot => "dot",
            Format::Svg => "svg",
            Format::Json => "json",
            Format::AsyncApi => "asyncapi",
            Format::Markdown => "markdown",
            Format::Html => "html",
        }
    }
    /// The file that the document of topology `id` goes into.
    pub fn file_name(self, id: &str) -> String {
        let end = match self {
            Format::Describe => "txt",
            Format::Mermaid => "mmd",
            Format::Dot => "dot",
            Format::Svg => "svg",
            Format::Json => "json",
            Format::AsyncApi => "asyncapi.json",
            Format::Markdown => "md",
            Format::Html => "html",
        };
        format!("{id}.{end}")
    }
}
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        Format::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// No format has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format: one of {names}", names = Format::ALL.map(Format::name).join(", "))]
pub struct UnknownFormat(String);
