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

/// What a law says of a case: it holds, it says nothing, or the first difference.
pub type Verdict = Result<Held, String>;
/// Whether a law had something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Yes,
    /// The case is one of those that the law leaves out.
    SaysNothing,
}
