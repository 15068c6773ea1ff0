//! Scenarios' windows, their aggregations, and cogroups.
use super::{
    build::{Builds, Built, misfit},
    functions::{add, merge, reduce, zero},
    handle::{
        Handle::{self, *},
        One, Sessions, Timed,
    },
    scenario::{Node, Windows},
};
use kstreams::{Cogroup, FixedWindow, SessionWindows, Window, WindowedStream, prelude::*};

impl Builds {
    pub(super) fn windows(&self, node: &Node) -> Built {
        if node.op == "cogroup" {
            return Ok(self.cogroup(node));
        }
        Ok(match self.from(node) {
            Grouped(s) if node.emit_final => Final(Box::new(windowed(node, s))),
            Grouped(s) => windowed(node, s),
            Final(h) => aggregated(node, *h, true),
            h => aggregated(node, h, false),
        })
    }
    fn cogroup(&self, node: &Node) -> Handle {
        let mut inputs = node.inputs.iter().map(|id| match self.get(id) {
            Grouped(s) => s,
            _ => panic!("`{id}` is not grouped"),
        });
        let Some(first) = inputs.next() else { panic!("a cogroup without inputs") };
        let first = first.cogroup(zero, add_from('A'));
        let group = inputs.zip('B'..).fold(first, |group, (input, letter)| group.and(input, add_from(letter)));
        cogrouped(node, group)
    }
}
fn windowed(node: &Node, s: Stream<One, String>) -> Handle {
    match &*node.op {
        "windowTime" => InTime(s, time_windows(node.size_ms(), node.advance_ms).grace(millis(node.grace_ms()))),
        "windowSliding" => InSliding(s, sliding(millis(node.diff_ms())).grace(millis(node.grace_ms()))),
        "windowSession" => InSession(s, session(millis(node.gap_ms())).grace(millis(node.grace_ms()))),
        _ => misfit(node),
    }
}
fn time_windows(size: u64, advance: Option<u64>) -> kstreams::TimeWindows {
    advance.map_or(tumbling(millis(size)), |advance| hopping(millis(size), millis(advance)))
}
fn aggregated(node: &Node, handle: Handle, is_final: bool) -> Handle {
    match handle {
        InTime(s, windows) => TimedRows(timed(node, emitting(s.windowed_by(windows), is_final))),
        InSliding(s, windows) => TimedRows(timed(node, emitting(s.windowed_by(windows), is_final))),
        InSession(s, windows) => SessionRows(sessions(node, emitting(s.windowed_by(windows), is_final))),
        _ => misfit(node),
    }
}
fn emitting<T, W>(windowed: WindowedStream<One, T, String, W>, is_final: bool) -> WindowedStream<One, T, String, W>
where
    T: Placed<Key = W::Key<String>>,
    W: Window,
{
    if is_final { windowed.emit_final() } else { windowed }
}
fn timed<W: Window<Key<String> = TimeWindowed<String>> + FixedWindow>(
    node: &Node,
    windowed: WindowedStream<One, Timed, String, W>,
) -> Table<Timed, String> {
    match &*node.op {
        "countW" => windowed.count(node.store()).map_values(|n| n.to_string()),
        "reduceW" => windowed.reduce(node.store(), reduce),
        _ => windowed.aggregate(node.store(), zero, add),
    }
}
fn sessions(node: &Node, windowed: WindowedStream<One, Sessions, String, SessionWindows>) -> Table<Sessions, String> {
    match &*node.op {
        "countW" => windowed.count(node.store()).map_values(|n| n.to_string()),
        "reduceW" => windowed.reduce(node.store(), reduce),
        _ => windowed.aggregate_merging(node.store(), zero, add, merge),
    }
}
fn add_from(letter: char) -> impl Fn(&mut String, &String) + Send + Sync + 'static {
    move |aggregate, value| *aggregate = format!("{aggregate}+{letter}{value}")
}
fn cogrouped(node: &Node, group: Cogroup<One, String>) -> Handle {
    let store = node.store();
    match node.window {
        None => Rows(group.aggregate(store)),
        Some(Windows::Time { size_ms, grace_ms, advance_ms }) => {
            TimedRows(group.windowed_by(time_windows(size_ms, advance_ms).grace(millis(grace_ms))).aggregate(store))
        }
        Some(Windows::Sliding { diff_ms, grace_ms }) => {
            TimedRows(group.windowed_by(sliding(millis(diff_ms)).grace(millis(grace_ms))).aggregate(store))
        }
        Some(Windows::Session { gap_ms, grace_ms }) => {
            SessionRows(group.windowed_by(session(millis(gap_ms)).grace(millis(grace_ms))).aggregate_merging(store, merge))
        }
    }
}
