//! The river between the step cards, as paths: a ribbon is as wide as its share of the events received. Rules and numbers:
//! `../shared/ui/DESIGN.md`, "Pipeline rules". Hundredths of a pixel, integers all the way.

/// What came of the events received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Received.
    pub received: u64,
    /// Failed on ingest.
    pub failed: u64,
    /// Filtered at source.
    pub filtered: u64,
    /// Eligible.
    pub eligible: u64,
}

/// One ribbon: a stroke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ribbon {
    /// Classes: what it carries, and whether it carries anything.
    pub class: &'static str,
    /// Its `stroke-width`, in pixels.
    pub width: String,
    /// Its `d`.
    pub path: String,
}

/// Width of the river in the wide layout, in hundredths of a pixel.
const RIVER_WIDE: u64 = 5_600;
/// Width of the river in the rail of the narrow layout.
const RIVER_TALL: u64 = 2_800;
/// A ribbon that carries anything can be seen.
const WIDTH_MIN: u64 = 200;
/// What carries nothing is a dashed hairline in a bed of this width.
const HAIRLINE: u64 = 100;
const HAIRLINE_BED: u64 = 400;
/// Where the uppermost ribbon begins, wide layout.
const START_WIDE: u64 = 1_600;
/// Where the leftmost ribbon begins, tall layout.
const START_TALL: u64 = 600;

/// The ribbons of the wide layout, in a box of 1000 by 112 that is stretched sideways: eligible, filtered, failed from
/// the top; the lowest peels off first.
#[must_use]
pub fn wide(flow: Flow) -> [Ribbon; 3] {
    stack(flow, RIVER_WIDE, START_WIDE, |kind, centre| {
        let y = hundredths(centre);
        match kind {
            Kind::Eligible => format!("M0 {y}H1000"),
            Kind::Filtered => format!("M0 {y}H660C705 {y} 730 {} 730 112", hundredths(centre + 1_200)),
            Kind::Failed => format!("M0 {y}H180C225 {y} 250 {} 250 112", hundredths(centre + 1_200)),
        }
    })
}

/// The ribbons of the rail that runs down beside the cards when there is little room, in a box of 40 by 100.
#[must_use]
pub fn tall(flow: Flow) -> [Ribbon; 3] {
    stack(flow, RIVER_TALL, START_TALL, |kind, centre| {
        let x = hundredths(centre);
        match kind {
            Kind::Eligible => format!("M{x} 0V100"),
            Kind::Filtered => format!("M{x} 0V66C{x} 73 {} 75 40 75", hundredths(centre + 300)),
            Kind::Failed => format!("M{x} 0V18C{x} 24 {} 26 40 26", hundredths(centre + 200)),
        }
    })
}

#[derive(Clone, Copy)]
enum Kind {
    Eligible,
    Filtered,
    Failed,
}

impl Kind {
    fn class(self, count: u64) -> &'static str {
        match (self, count) {
            (Self::Eligible, 0) => "flow__band flow__band--eligible flow__band--none",
            (Self::Filtered, 0) => "flow__band flow__band--filtered flow__band--none",
            (Self::Failed, 0) => "flow__band flow__band--failed flow__band--none",
            (Self::Eligible, _) => "flow__band flow__band--eligible",
            (Self::Filtered, _) => "flow__band flow__band--filtered",
            (Self::Failed, _) => "flow__band flow__band--failed",
        }
    }
}

fn stack(flow: Flow, river: u64, start: u64, path: impl Fn(Kind, u64) -> String) -> [Ribbon; 3] {
    let mut edge = start;
    [(Kind::Eligible, flow.eligible), (Kind::Filtered, flow.filtered), (Kind::Failed, flow.failed)].map(
        |(kind, count)| {
            let width = width(count, flow.received, river);
            let bed = if count == 0 { HAIRLINE_BED } else { width };
            let ribbon =
                Ribbon { class: kind.class(count), width: hundredths(width), path: path(kind, edge + bed / 2) };
            edge += bed;
            ribbon
        },
    )
}

fn width(count: u64, received: u64, river: u64) -> u64 {
    if count == 0 {
        return HAIRLINE;
    }
    let received = u128::from(received.max(count));
    let width = (u128::from(count) * u128::from(river) + received / 2) / received;
    u64::try_from(width).unwrap_or(river).max(WIDTH_MIN)
}

fn hundredths(n: u64) -> String {
    let text = format!("{}.{:02}", n / 100, n % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Flow, Ribbon, tall, wide};

    const SHOP: Flow = Flow { received: 480_919, failed: 15_672, filtered: 45_682, eligible: 419_565 };

    fn drawn(ribbons: &[Ribbon; 3]) -> [(&str, &str); 3] {
        ribbons.each_ref().map(|ribbon| (ribbon.width.as_str(), ribbon.path.as_str()))
    }

    /// The picture of the design, number for number.
    #[test]
    fn the_river_of_the_design() {
        assert_eq!(
            drawn(&wide(SHOP)),
            [
                ("48.86", "M0 40.43H1000"),
                ("5.32", "M0 67.52H660C705 67.52 730 79.52 730 112"),
                ("2", "M0 71.18H180C225 71.18 250 83.18 250 112"),
            ]
        );
        assert_eq!(
            drawn(&tall(SHOP)),
            [
                ("24.43", "M18.21 0V100"),
                ("2.66", "M31.76 0V66C31.76 73 34.76 75 40 75"),
                ("2", "M34.09 0V18C34.09 24 36.09 26 40 26"),
            ]
        );
    }

    #[test]
    fn what_carries_nothing_is_a_dashed_hairline() {
        let ribbons = wide(Flow { received: 10, failed: 0, filtered: 0, eligible: 10 });
        assert_eq!(drawn(&ribbons)[0], ("56", "M0 44H1000"));
        assert_eq!(ribbons[1].width, "1");
        assert!(ribbons[1].class.contains("--none") && ribbons[2].class.contains("--none"));
        assert!(!ribbons[0].class.contains("--none"));
        let dry = wide(Flow { received: 0, failed: 0, filtered: 0, eligible: 0 });
        assert!(dry.iter().all(|ribbon| ribbon.width == "1"));
    }

    #[test]
    fn a_trickle_can_be_seen_and_the_stack_has_no_holes() {
        let ribbons = wide(Flow { received: 1_000_000, failed: 1, filtered: 0, eligible: 999_999 });
        assert_eq!((ribbons[2].width.as_str(), ribbons[0].width.as_str()), ("2", "56"));
        let all_failed = wide(Flow { received: 7, failed: 7, filtered: 0, eligible: 0 });
        assert_eq!(all_failed[2].width, "56");
    }
}
