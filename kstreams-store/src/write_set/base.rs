//! What lies below a write set: its table in the database, or one a segment.
use super::{Segments, Shape};
use crate::{Direction, Result, Row, Rows, Snapshot, TableView};
use std::{collections::BTreeMap, ops::Bound, sync::Arc};

/// Open tables of one store.
#[derive(Default)]
pub(super) struct Base {
    whole: Option<Arc<dyn TableView>>,
    segments: Option<(Segments, BTreeMap<i64, Arc<dyn TableView>>)>,
}
/// The table of a segment.
pub(super) fn segment_table(table: &str, segment: i64) -> String {
    format!("{table}/{segment}")
}
impl Base {
    pub(super) fn open(shape: &Shape, snapshot: &dyn Snapshot) -> Result<Base> {
        let Some(segments) = shape.segments else { return Ok(Base { whole: snapshot.table(&shape.table)?, segments: None }) };
        let prefix = format!("{}/", shape.table);
        let mut open = BTreeMap::new();
        for name in snapshot.tables(&prefix)? {
            if let (Ok(segment), Some(table)) = (name[prefix.len()..].parse(), snapshot.table(&name)?) {
                open.insert(segment, table);
            }
        }
        Ok(Base { whole: None, segments: Some((segments, open)) })
    }
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Row>> {
        let table = match &self.segments {
            Some((segments, open)) => open.get(&segments.of(key)),
            None => self.whole.as_ref(),
        };
        table.map_or(Ok(None), |t| t.get(key))
    }
    /// Segments below `oldest`.
    pub(super) fn expired(&self, oldest: i64) -> impl Iterator<Item = i64> + '_ {
        self.segments.iter().flat_map(move |(_, open)| open.range(..oldest).map(|(segment, _)| *segment))
    }
    /// One scan a table, from `oldest` on.
    pub(super) fn range(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction, oldest: i64) -> Result<Vec<Rows<'_>>> {
        let segments = self.segments.iter().flat_map(|(_, open)| open.range(oldest..).map(|(_, table)| table));
        self.whole.iter().chain(segments).map(|table| table.range(from, to, direction)).collect()
    }
}
