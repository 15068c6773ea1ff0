//! Operators that move records to where their keys belong, through a repartition topic.
mod group_by;
mod moved;
mod place;
mod repartition;

pub(crate) use moved::{below, repartition_topic};
