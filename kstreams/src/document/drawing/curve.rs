//! A smooth line through the bends of an edge: a cubic B-spline, as D3's `curveBasis` draws it.
use dagre::Point;
use std::fmt::Write;

/// The `d` of an SVG path.
pub(super) fn path(points: &[Point]) -> String {
    let mut d = String::new();
    let [first, rest @ ..] = points else { return d };
    let _ = write!(d, "M{} {}", n(first.x), n(first.y));
    let (mut before, mut last) = (first, first);
    for (index, point) in rest.iter().enumerate() {
        if index == 0 {
            let _ = write!(d, "L{} {}", n((5.0 * before.x + point.x) / 6.0), n((5.0 * before.y + point.y) / 6.0));
        } else {
            bend(&mut d, before, last, point);
        }
        (before, last) = (last, point);
    }
    bend(&mut d, before, last, last);
    let _ = write!(d, "L{} {}", n(last.x), n(last.y));
    d
}
fn bend(d: &mut String, p0: &Point, p1: &Point, p2: &Point) {
    let third = |a: f64, b: f64| n((2.0 * a + b) / 3.0);
    let sixth = |a: f64, b: f64, c: f64| n((a + 4.0 * b + c) / 6.0);
    let _ = write!(
        d,
        "C{} {} {} {} {} {}",
        third(p0.x, p1.x),
        third(p0.y, p1.y),
        third(p1.x, p0.x),
        third(p1.y, p0.y),
        sixth(p0.x, p1.x, p2.x),
        sixth(p0.y, p1.y, p2.y)
    );
}
/// To a tenth of a pixel, so that the same drawing is the same text on every machine.
pub(super) fn n(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::{Point, path};

    #[test]
    fn a_line_begins_and_ends_where_it_should() {
        let points = [Point::new(0.0, 0.0), Point::new(10.0, 20.0), Point::new(0.0, 40.0)];
        let d = path(&points);
        assert!(d.starts_with("M0 0L") && d.ends_with("L0 40"), "{d}");
        assert_eq!(path(&[]), "");
    }
}
