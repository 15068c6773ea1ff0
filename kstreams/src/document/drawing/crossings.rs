//! How many edges of a drawing cross: what a reader's eye stumbles over.
use dagre::Point;

/// Pairs of edges that cross between their ends.
pub(super) fn crossings(edges: &[Vec<Point>]) -> usize {
    let pairs = edges.iter().enumerate().flat_map(|(i, a)| edges[..i].iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| cross(a, b)).count()
}
fn cross(a: &[Point], b: &[Point]) -> bool {
    a.windows(2).any(|a| b.windows(2).any(|b| segments_cross([&a[0], &a[1]], [&b[0], &b[1]])))
}
/// Whether they meet in a point inside both.
fn segments_cross([a, b]: [&Point; 2], [c, d]: [&Point; 2]) -> bool {
    let side = |p: &Point, q: &Point, r: &Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::{Point, crossings};

    #[test]
    fn only_what_crosses_is_counted() {
        let line = |x: f64, y: f64, to: f64, down: f64| vec![Point::new(x, y), Point::new(to, down)];
        assert_eq!(crossings(&[line(0.0, 0.0, 10.0, 10.0), line(10.0, 0.0, 0.0, 10.0)]), 1);
        assert_eq!(crossings(&[line(0.0, 0.0, 10.0, 10.0), line(0.0, 0.0, 0.0, 10.0)]), 0);
    }
}
