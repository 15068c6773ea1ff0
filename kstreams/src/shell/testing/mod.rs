//! Testing topologies: [`TestDriver`], the real worker over the embedded log, synchronous, on a clock that the test moves.
mod captured;
mod driver;
mod input;
mod output;
mod rig;
mod time;

#[cfg(test)]
mod counted;
#[cfg(test)]
mod tests;

pub use driver::TestDriver;
pub use input::TestInput;
pub use output::{TestOutput, TestRecord};
pub use time::TestTime;
