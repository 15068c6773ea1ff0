//! Fingerprints of schemas and layouts: FNV-1a, evaluated by `cargo check`, equal on every machine and in every build.

/// A fingerprint being composed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u64);
impl Fingerprint {
    /// Starts with what it is a fingerprint of.
    pub const fn new(kind: &str) -> Fingerprint {
        Fingerprint(0xcbf2_9ce4_8422_2325).mix(kind.as_bytes())
    }
    /// Mixes bytes in.
    pub const fn mix(self, bytes: &[u8]) -> Fingerprint {
        let mut hash = self.0;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u64).wrapping_mul(0x100_0000_01b3);
            i += 1;
        }
        Fingerprint(hash)
    }
    /// The value.
    pub const fn finish(self) -> u64 {
        self.0
    }
}

/// Fingerprint of a record type: its kind or name, and name and fingerprint of each field. The derives call it in a const.
pub const fn schema(kind: &str, fields: &[(&str, u64)]) -> u64 {
    let mut hash = Fingerprint::new(kind);
    let mut i = 0;
    while i < fields.len() {
        hash = hash.mix(fields[i].0.as_bytes()).mix(&fields[i].1.to_be_bytes());
        i += 1;
    }
    hash.finish()
}
