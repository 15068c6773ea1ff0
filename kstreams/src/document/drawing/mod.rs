//! The drawing: what stands in it, where it goes, and how it looks.
mod crossings;
mod curve;
mod file;
mod graph;
mod layout;
mod sheets;
mod svg;

pub(super) use file::{STYLE, file};
pub(super) use graph::{Graph, Look, Vertex};
pub(super) use svg::drawings;
