//! Which lines of a long payload are shown at once: its beginning, and what stands around the marked line.

use std::ops::Range;

/// Most lines that are shown at once.
const LINES_SHOWN_MAX: usize = 200;
/// Lines that are shown before and after a marked line that stands far down, and of the beginning above it.
const LINES_AROUND: usize = 50;

/// Lines that are shown or folded together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Which ones, from 0.
    pub lines: Range<usize>,
    /// Whether they have to be asked for.
    pub is_folded: bool,
}

/// All lines, in order.
#[must_use]
pub fn stretches(lines: usize, marked: Option<usize>) -> Vec<Stretch> {
    let shown = |lines| Stretch { lines, is_folded: false };
    let folded = |lines| Stretch { lines, is_folded: true };
    if lines <= LINES_SHOWN_MAX {
        return vec![shown(0..lines)];
    }
    let all = match marked {
        Some(marked) if marked >= LINES_SHOWN_MAX - LINES_AROUND => {
            let (start, end) = (marked - LINES_AROUND, (marked + LINES_AROUND).min(lines));
            vec![shown(0..LINES_AROUND), folded(LINES_AROUND..start), shown(start..end), folded(end..lines)]
        }
        Some(_) | None => vec![shown(0..LINES_SHOWN_MAX), folded(LINES_SHOWN_MAX..lines)],
    };
    all.into_iter().filter(|stretch| !stretch.lines.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::stretches;

    #[test]
    fn the_beginning_and_the_marked_line_are_never_folded() {
        let told = |lines, marked| -> Vec<_> {
            stretches(lines, marked).into_iter().map(|stretch| (stretch.lines, stretch.is_folded)).collect()
        };
        assert_eq!(told(200, Some(199)), [(0..200, false)]);
        assert_eq!(told(201, None), [(0..200, false), (200..201, true)]);
        assert_eq!(told(900, Some(149)), [(0..200, false), (200..900, true)]);
        assert_eq!(told(900, Some(600)), [(0..50, false), (50..550, true), (550..650, false), (650..900, true)]);
        assert_eq!(told(900, Some(899)), [(0..50, false), (50..849, true), (849..900, false)]);
    }
}
