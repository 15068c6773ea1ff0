//! What a person, or another program, gets to see in the end.
use comfy_table::{CellAlignment, Table, presets::UTF8_HORIZONTAL_ONLY};
use jiff::Timestamp;
use kstreams::{Closed, Event};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Filled while the application runs and after it.
pub(crate) struct Report {
    topology: String,
    read: usize,
    bad: BadRecordsSeen,
    late: u64,
    skipped: u64,
    hours: BTreeMap<i64, u64>,
}
/// Where bad records were.
#[derive(Clone, Default)]
pub(crate) struct BadRecordsSeen(Arc<Mutex<Vec<String>>>);
/// More than so many bad records are only counted.
const SHOWN: usize = 5;

impl BadRecordsSeen {
    pub(crate) fn note(&self, event: &Event) {
        if let Event::BadRecord { topic, partition, offset, reason, .. } = event {
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.len() < SHOWN {
                seen.push(format!("{topic} partition {partition} offset {offset}: {reason}"));
            }
        }
    }
    fn shown(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Report {
    pub(crate) fn new(topology: String, read: usize) -> Report {
        Report { topology, read, bad: BadRecordsSeen::default(), late: 0, skipped: 0, hours: BTreeMap::new() }
    }
    /// To be told of events.
    pub(crate) fn bad_records(&self) -> BadRecordsSeen {
        self.bad.clone()
    }
    pub(crate) fn closed(&mut self, closed: &Closed) {
        (self.skipped, self.late) = (closed.bad, closed.late);
    }
    /// A record of the result topic; the last one of an hour is its count. A windowed key ends with the window's begin.
    pub(crate) fn count(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) -> kstreams::Result<()> {
        let number = |bytes: Option<&[u8]>| bytes.and_then(|b| b.last_chunk::<8>()).copied();
        let (Some(start), Some(count)) = (number(key), number(value)) else {
            return Err("the result topic holds a record that is no count of an hour".into());
        };
        self.hours.insert(i64::from_be_bytes(start), u64::from_be_bytes(count));
        Ok(())
    }
    pub(crate) fn print(&self, json: bool) -> kstreams::Result<()> {
        if json {
            self.print_json()
        } else {
            self.print_text()
        }
        Ok(())
    }

    fn print_json(&self) {
        for (start_ms, count) in &self.hours {
            println!("{{\"start_ms\": {start_ms}, \"count\": {count}}}");
        }
        let Report { read, skipped: bad, late, .. } = self;
        println!("{{\"summary\": {{\"read\": {read}, \"bad\": {bad}, \"late\": {late}}}}}");
    }
    fn print_text(&self) {
        println!("{}\n{}\n", self.topology.trim_end(), self.table());
        println!("{} records read.", self.read);
        println!("{} were bad; they were skipped and counted (`Config::bad_records`):", self.skipped);
        let shown = self.bad.shown();
        shown.iter().for_each(|bad| println!("  {bad}"));
        let more = self.skipped.saturating_sub(shown.len() as u64);
        if more > 0 {
            println!("  and {more} more");
        }
        println!("{} came after their hour and its grace of five minutes; they were dropped and counted.", self.late);
    }
    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY).set_header(["hour (UTC)", "bought where they live"]);
        for (start, count) in &self.hours {
            let hour =
                Timestamp::from_millisecond(*start).map_or_else(|_| start.to_string(), |at| at.strftime("%Y-%m-%d %H:%M").to_string());
            table.add_row([hour, count.to_string()]);
        }
        table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
        table
    }
}
