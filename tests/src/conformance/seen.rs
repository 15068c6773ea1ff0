//! The scenarios' processor: counts records a key, and forwards all counts at each punctuation.
use super::functions::text;
use kstreams::prelude::*;
use std::time::Duration;

/// Counts in a key-value store.
pub(super) struct Seen {
    pub(super) stream_every: Option<Duration>,
    pub(super) wall_every: Option<Duration>,
    pub(super) clear: bool,
}
impl Processor for Seen {
    type Key = String;
    type In = Option<String>;
    type Stores = KvStore<String, u64>;
    type Out = Emit<String, Option<String>>;

    fn start(&mut self, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        if let Some(period) = self.stream_every {
            cx.every_stream_time(period, |seen, at, cx| seen.forward("s", at, cx));
        }
        if let Some(period) = self.wall_every {
            cx.every_wall_clock(period, |seen, at, cx| seen.forward("w", at, cx));
        }
        Ok(())
    }
    fn process(&mut self, record: Message<String, Option<String>>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let n = cx.stores.get(&record.key)?.unwrap_or(0) + 1;
        cx.stores.put(&record.key, n)?;
        let value = Some(format!("{}:{n}", text(record.value.as_ref())));
        cx.out.emit_message(Message { key: record.key, value, time: record.time, headers: record.headers })
    }
}
impl Seen {
    fn forward(&mut self, prefix: &str, at: Timestamp, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        for entry in cx.stores.all()? {
            let (key, n) = entry?;
            cx.out.emit_at(key, Some(format!("{prefix}{n}")), at)?;
        }
        if self.clear { cx.stores.clear() } else { Ok(()) }
    }
}
