//! A method is no function that is passed by its name.
use kstreams::prelude::*;

pub struct Price(pub u64);
impl Price {
    /// Twice as much.
    #[operator]
    pub fn doubled(self) -> u64 {
        self.0 * 2
    }
}

fn main() {}
