//! The handles that a topology function works with: streams, tables, topics, stores. Each operator's method stands with the operator, in `op`.
mod builder;
mod global_table;
mod join_window;
mod located;
mod matching;
mod migrate;
mod sink;
mod store_name;
mod stream;
mod suppression;
mod table;
mod topic;
mod window;

pub use builder::{Builder, Handle, Historied, Part, SizeOf, Source, StreamOf, TableOf, Unasked, VersionedOf, documented, handle, locked};
pub use global_table::{GlobalOf, GlobalTable};
pub use join_window::{JoinWindow, Within, within};
pub use located::Located;
pub use matching::{Matching, StreamRef, matching};
pub use migrate::{Migrated, Migrates, OldType, Unmigrated, from};
pub use sink::{Accepts, AcceptsTable, FitsKey, FitsValue, NeedsWindow, Nullable, NullsSaid};
pub use store_name::{IntoStore, StoreDraft, StoreOf, Stored, stored};
pub use stream::{MergesInto, SameValue, Stream, StreamSide};
pub use suppression::{Closes, Rule, Suppression, UntilTimeLimit, UntilWindowCloses, until_time_limit, until_window_closes};
pub use table::{Plain, Table, Versioned};
pub(crate) use topic::{Extractor, planned};
pub use topic::{RuntimeTopic, SpaceCount, Topic, TopicDecl, TopicRef, disjoint, named, timestamp, topic_name};
pub use window::{
    Over, SessionWindows, SlidingWindows, TimeWindows, Window, days, hopping, hours, millis, minutes, retained, seconds, session, sliding,
    tumbling,
};
