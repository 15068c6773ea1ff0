//! Partitioners: which partition a key's bytes belong to. Both are bit-exact with the clients that use them.

/// A partitioner, as a type: part of a partition space.
pub trait Partitioner: 'static {
    /// Its name in descriptions and errors.
    const NAME: &'static str;
    /// The partition of a key among `count`, which is above 0.
    fn partition(key: &[u8], count: u32) -> u32;
}

/// Java clients' default for keyed records: `(murmur2(key) & 0x7fffffff) % count`.
pub struct Murmur2;
impl Partitioner for Murmur2 {
    const NAME: &'static str = "murmur2";
    fn partition(key: &[u8], count: u32) -> u32 {
        (murmur2(key) & 0x7fff_ffff) % count
    }
}

/// librdkafka's default (`consistent_random`) for keyed records: `crc32(key) % count`.
pub struct Crc32;
impl Partitioner for Crc32 {
    const NAME: &'static str = "crc32";
    fn partition(key: &[u8], count: u32) -> u32 {
        crc32(key) % count
    }
}

/// Kafka's murmur2 with its seed, as `org.apache.kafka.common.utils.Utils.murmur2`.
///
/// ```
/// assert_eq!(kstreams::partition::murmur2(b"21"), (-973_932_308_i32) as u32);
/// ```
pub fn murmur2(data: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    const SEED: u32 = 0x9747_b28c;
    let mut hash = SEED ^ data.len() as u32;
    let (words, tail) = data.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(M);
        k = (k ^ (k >> 24)).wrapping_mul(M);
        hash = hash.wrapping_mul(M) ^ k;
    }
    for (i, byte) in tail.iter().enumerate() {
        hash ^= u32::from(*byte) << (8 * i);
    }
    if !tail.is_empty() {
        hash = hash.wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

/// CRC-32 (IEEE), bit by bit: only topics of foreign producers use it.
fn crc32(data: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !data.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn murmur2_equals_javas() {
        let published: [(&str, i32); 6] = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ];
        for (key, hash) in published {
            assert_eq!(murmur2(key.as_bytes()) as i32, hash, "{key}");
        }
    }

    #[test]
    fn crc32_equals_the_standard_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
