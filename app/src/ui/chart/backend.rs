//! plotters' way into our page: a drawing backend that knows lines and areas only and writes them as SVG path data in
//! tenths of a unit. No colours, no text: the stylesheet colours the groups, HTML carries the labels. So the server and
//! the browser write the same bytes, whatever fonts and themes they have.

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use std::convert::Infallible;
use std::fmt::Write;

/// Width of the drawing, in units of its `viewBox`.
pub const WIDTH: u32 = 1_000;
/// Height of the drawing, in units of its `viewBox`.
pub const HEIGHT: u32 = 240;
/// plotters places things on whole pixels, so it is given a canvas of this many pixels a unit.
const PIXELS: u32 = 10;

/// Collects what plotters draws as the `d` of one `<path>`.
pub struct PathBackend<'a> {
    path: &'a mut String,
}

impl<'a> PathBackend<'a> {
    /// Appends to `path`.
    #[must_use]
    pub fn new(path: &'a mut String) -> Self {
        Self { path }
    }

    fn polyline(&mut self, points: impl IntoIterator<Item = BackendCoord>) {
        for (i, (x, y)) in points.into_iter().enumerate() {
            self.path.push(if i == 0 { 'M' } else { 'L' });
            self.tenths(x);
            self.path.push(' ');
            self.tenths(y);
        }
    }

    fn tenths(&mut self, pixels: i32) {
        // Writing to a `String` can't fail.
        let _ = match (pixels / 10, pixels % 10) {
            (units, 0) => write!(self.path, "{units}"),
            (units, tenths) => write!(self.path, "{units}.{tenths}"),
        };
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for PathBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        // The last pixel is at size - 1, and the axes end on it.
        (WIDTH * PIXELS + 1, HEIGHT * PIXELS + 1)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    /// Nothing that we draw comes down to pixels.
    fn draw_pixel(&mut self, _point: BackendCoord, _color: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, _style: &S) -> Drawn {
        self.polyline([from, to]);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        // An area's border is drawn with a transparent style: there is none.
        if style.color().alpha > 0.0 {
            self.polyline(path);
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, vert: I, _style: &S) -> Drawn {
        self.polyline(vert);
        self.path.push('Z');
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, _text: &str, _style: &T, _at: BackendCoord) -> Drawn {
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        _text: &str,
        _style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((0, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::{DrawingBackend, PathBackend};
    use plotters::style::{BLACK, TRANSPARENT};

    #[test]
    fn strokes_are_moves_and_lines_in_tenths() {
        let mut path = String::new();
        let mut backend = PathBackend::new(&mut path);
        let drawn = [
            backend.draw_path([(0, 5), (10, 124)], &BLACK),
            backend.draw_path([(0, 0), (9, 9)], &TRANSPARENT),
            backend.fill_polygon([(0, 0), (10, 0), (10, 10)], &BLACK),
        ];
        assert!(drawn.iter().all(Result::is_ok));
        assert_eq!(path, "M0 0.5L1 12.4M0 0L1 0L1 1Z");
    }
}
