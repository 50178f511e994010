//! What memory knows of a slice of a run: of most ids that are not there that they are not.

use xorf::{BinaryFuse8, Descriptor, DmaSerializable, Filter as _};

const HEAD_BYTES: usize = BinaryFuse8::DESCRIPTOR_LEN;

/// A filter of nine bits and a little for each id ("binary fuse filters", Graf and Lemire 2022). Of those that are not there it
/// passes one in 256.
#[derive(Debug)]
pub(super) enum Filter {
    /// Of no ids.
    Empty,
    Fuse(BinaryFuse8),
    /// It could not be made, which has no reason but a chance of next to nothing.
    Unsure,
}

impl Filter {
    /// Of ids that differ.
    pub fn of(ids: &[u64]) -> Self {
        if ids.is_empty() {
            return Self::Empty;
        }
        BinaryFuse8::try_from(ids).map_or(Self::Unsure, Self::Fuse)
    }

    /// Whether an id may be there.
    pub fn passes(&self, id: u64) -> bool {
        match self {
            Self::Empty => false,
            Self::Fuse(fuse) => fuse.contains(&id),
            Self::Unsure => true,
        }
    }

    /// As it is stored.
    pub fn to_blob(&self) -> Option<Vec<u8>> {
        match self {
            Self::Empty => Some(Vec::new()),
            Self::Fuse(fuse) => {
                let mut head = [0; HEAD_BYTES];
                fuse.dma_copy_descriptor_to(&mut head);
                Some([&head, fuse.dma_fingerprints()].concat())
            }
            Self::Unsure => None,
        }
    }

    /// As it was stored; `None` if that is no filter.
    pub fn from_blob(blob: Option<&[u8]>) -> Option<Self> {
        let Some(blob) = blob else { return Some(Self::Unsure) };
        if blob.is_empty() {
            return Some(Self::Empty);
        }
        let (head, fingerprints) = blob.split_first_chunk::<HEAD_BYTES>()?;
        let (seed, lengths) = head.split_first_chunk::<8>()?;
        let [segment_length, segment_length_mask, segment_count_length] =
            <[[u8; 4]; 3]>::try_from(lengths.as_chunks::<4>().0).ok()?.map(u32::from_le_bytes);
        // Of each id the filter looks at three places, of which these are the last that there can be.
        let places = u64::from(segment_count_length) + 2 * u64::from(segment_length);
        let is_sound = segment_length.is_power_of_two()
            && segment_length_mask == segment_length - 1
            && segment_count_length.is_multiple_of(segment_length)
            && usize::try_from(places) == Ok(fingerprints.len());
        let descriptor =
            Descriptor { seed: u64::from_le_bytes(*seed), segment_length, segment_length_mask, segment_count_length };
        is_sound.then(|| Self::Fuse(BinaryFuse8 { descriptor, fingerprints: fingerprints.into() }))
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    /// Spread evenly over all there are: <https://en.wikipedia.org/wiki/Golden_ratio>
    fn id(n: u64) -> u64 {
        n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 5
    }

    #[test]
    fn it_takes_ten_bits_an_id_and_passes_one_in_256_of_those_that_are_not_there() {
        const IDS: u64 = 26_000;
        let ids: Vec<u64> = (1..=IDS).map(id).collect();
        let blob = Filter::of(&ids).to_blob().expect("a filter");
        assert!(blob.len() * 8 < ids.len() * 10, "{} bytes", blob.len());
        let filter = Filter::from_blob(Some(&blob)).expect("a filter");
        assert!(ids.into_iter().all(|id| filter.passes(id)));
        let passed = (IDS + 1..=11 * IDS).filter(|n| filter.passes(id(*n))).count();
        assert!((700..1_400).contains(&passed), "{passed} of 260,000");
    }

    #[test]
    fn what_is_no_filter_is_told() {
        for filter in [Filter::Empty, Filter::Unsure, Filter::of(&[7]), Filter::of(&[1, 2, 3])] {
            let blob = filter.to_blob();
            let read = Filter::from_blob(blob.as_deref()).expect("a filter");
            assert_eq!((read.passes(7), read.to_blob()), (filter.passes(7), blob));
        }
        let blob = Filter::of(&[1, 2, 3]).to_blob().expect("a filter");
        for end in 1..blob.len() {
            assert!(Filter::from_blob(Some(&blob[..end])).is_none(), "{end} bytes");
        }
        for place in 8..20 {
            let mut blob = blob.clone();
            blob[place] ^= 0x40;
            assert!(Filter::from_blob(Some(&blob)).is_none(), "byte {place} is another");
        }
    }

    /// Where it fails the library's filters have changed: those of before must not be read any more (a migration that empties
    /// `seen_run` will do), or ids would be missed.
    #[test]
    fn a_filter_that_an_earlier_version_stored_is_read() {
        let filter = Filter::from_blob(Some(STORED)).expect("a filter");
        assert!((1..=8).map(id).all(|id| filter.passes(id)));
        assert!((9..=40).map(id).filter(|id| filter.passes(*id)).count() < 3);
    }

    const STORED: &[u8] = &[
        193, 92, 2, 137, 236, 45, 10, 145, 8, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 56, 59, 0, 0, 214, 0, 0,
        0, 0, 0, 0, 169, 92, 0, 0, 75, 121, 0, 177,
    ];
}
