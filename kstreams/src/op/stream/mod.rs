//! Operators on single records of a stream.
mod deduplicate;
mod discard;
mod filter;
mod filter_map_values;
mod flat_map;
mod flat_map_values;
mod for_each;
mod headers;
mod map;
mod map_values;
mod merge;
mod peek;
mod present;
mod retime;
mod select_key;
mod select_key_in_place;
mod split;
mod try_map_values;
mod unwindow;

pub use split::{Arms, Branches};
