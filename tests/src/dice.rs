//! The scheduler's random numbers: SplitMix64, so that a seed gives the same run on every machine and with every library version.

/// Seeded dice.
#[derive(Debug)]
pub struct Dice(u64);
impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Below `n`, which is above 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.number() % n as u64) as usize
    }
    /// True this many times in a thousand.
    pub fn per_mille(&mut self, n: u32) -> bool {
        self.number() % 1000 < u64::from(n)
    }
}
