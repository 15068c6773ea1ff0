//! Laws that hold of every topology of the vectors' grammar and every input, whatever Kafka Streams would put out.
//!
//! A [`Case`] is numbers; [`Case::scenario`] grows a valid scenario from any of them, so that a case shrinks by dropping and lowering numbers.
mod case;
mod course;
mod fold;
mod grower;
mod guarantee;
mod moves;
mod partitions;
mod ran;
mod restart;
mod same;
mod shape;
mod traits;

pub use case::{Case, Gene, InputGene, Language};
pub use fold::a_table_is_the_fold_of_its_changelog;
pub use guarantee::guarantees_agree;
pub use partitions::{partitions_merge, tables_do_not_know_their_partitions};
pub use restart::a_restart_changes_nothing;

/// What a law says of a case: its parts that had something to say and hold, or the first difference.
pub type Verdict = Result<Vec<&'static str>, String>;
