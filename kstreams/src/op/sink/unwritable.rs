//! Topics that records have named and that cannot be written, as the world found out when it was to produce the first of them.
use std::{collections::BTreeMap, sync::Arc};

/// So many are remembered. Of more the world finds out again.
const MOST: usize = 1_000;

/// What keeps each from being written, and until when that is believed (wall time).
#[derive(Default)]
pub(crate) struct Unwritable(BTreeMap<Arc<str>, (Arc<str>, i64)>);
impl Unwritable {
    pub(crate) fn learn(&mut self, topic: &Arc<str>, reason: &Arc<str>, until: i64) {
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(topic.clone(), (reason.clone(), until));
    }
    /// A record for such a topic is a bad record.
    pub(super) fn check(&self, topic: &str, now: i64) -> crate::Result<()> {
        match self.0.get(topic) {
            Some((reason, until)) if now < *until => Err(format!("it goes to topic `{topic}`: {reason}").into()),
            _ => Ok(()),
        }
    }
}
