//! An id and the hour it was stored in, in eight bytes: the same in memory and on disk.

/// Bits of the hour.
pub(super) const HOUR_BITS: u32 = 5;
const HOURS: i32 = 1 << HOUR_BITS;
/// Bits of the id.
pub(super) const ID_BITS: u32 = u64::BITS - HOUR_BITS;

/// An id and the hour it was stored in. The low bits of the hash give way to the hour, of which so many bits are enough: those
/// that are remembered lie less than 32 hours apart. As numbers these are in the order of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Remembered(pub u64);

impl Remembered {
    /// Where there is none.
    pub const NONE: Self = Self(0);

    /// An id by its hash.
    pub fn new(hash: u64, hour: i32) -> Self {
        let hour = u64::try_from(hour.rem_euclid(HOURS)).unwrap_or(0);
        Self(id_of(hash) << HOUR_BITS | hour)
    }

    /// A hash of which as much is left.
    pub fn hash(self) -> u64 {
        self.id() << HOUR_BITS
    }

    /// What is left of the hash.
    pub fn id(self) -> u64 {
        self.0 >> HOUR_BITS
    }

    /// The hour, where none is later than `newest`.
    pub fn hour(self, newest: i32) -> i32 {
        let hour = i32::try_from(self.0 % u64::from(HOURS.unsigned_abs())).unwrap_or(0);
        newest - (newest - hour).rem_euclid(HOURS)
    }
}

/// What is left of a hash. The least id stands for none: it and the next one are the same.
pub(super) fn id_of(hash: u64) -> u64 {
    (hash >> HOUR_BITS).max(1)
}

#[cfg(test)]
mod tests {
    use super::Remembered;

    #[test]
    fn an_hour_is_told_from_its_last_bits() {
        for newest in [0, 31, 32, 490_000] {
            for age in 0..=24 {
                assert_eq!(Remembered::new(u64::MAX, newest - age).hour(newest), newest - age);
            }
        }
    }
}
