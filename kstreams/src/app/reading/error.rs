//! Why a query has no answer. Each says whether asking again, or asking somebody else, may help.
use std::{fmt, time::Duration};

/// Who has a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Owner {
    /// The member of the group: `<application>-<instance>-<thread>`.
    pub member: String,
    /// Where it says that it can be asked (`Config::endpoint`), as `host:port`.
    pub endpoint: Option<String>,
    /// Where the broker sees it.
    pub host: Option<String>,
    /// The key's partition.
    pub partition: u32,
    /// Whether it is this process.
    pub here: bool,
}
impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.endpoint.as_ref().or(self.host.as_ref());
        f.write_str(&self.member)?;
        place.map_or(Ok(()), |place| write!(f, " at {place}"))
    }
}

/// Why there is no answer. It is never a wrong one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The application has not started yet, or has finished.
    #[error("the application does not run")]
    NotRunning,
    /// Another member of the group has the task: ask it.
    #[error("task {task} is at {owner}")]
    Elsewhere {
        /// As `1_4`.
        task: String,
        /// Who has it.
        owner: Owner,
    },
    /// The task moves between members, or its state is being opened. It passes.
    #[error("task {task} is on its way to a member of the group: ask again")]
    Rebalancing {
        /// As `1_4`.
        task: String,
    },
    /// The task's state is being read back. It passes.
    #[error("task {task} reads its state back, {remaining} records are left: ask again")]
    Restoring {
        /// As `1_4`.
        task: String,
        /// How much is left.
        remaining: u64,
    },
    /// The task failed; the application's log says why.
    #[error("task {task} has failed")]
    Failed {
        /// As `1_4`.
        task: String,
    },
    /// Changes wait for a commit longer than the reader allows.
    #[error("task {task} has changes that wait for a commit since {by:?}")]
    Stale {
        /// As `1_4`.
        task: String,
        /// Since when.
        by: Duration,
    },
    /// No answer within the reader's deadline.
    #[error("no answer in time")]
    TimedOut,
    /// Too many questions wait.
    #[error("too many queries wait at a worker: ask again")]
    Busy,
    /// The topology that runs has no such store.
    #[error("the topology has no store `{0}`")]
    NoStore(String),
    /// A key or a value is not what the handle says.
    #[error("{0}")]
    Bytes(String),
    /// The database cannot be read.
    #[error("the store cannot be read: {0}")]
    Unreadable(String),
    /// The group cannot be asked who has the key: its coordinator moves or cannot be reached. It passes (whoever may join a group may ask for it).
    #[error("the group cannot be asked: {0}")]
    Group(String),
}
impl QueryError {
    /// Whether the same question may be answered a little later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Rebalancing { .. } | Self::Restoring { .. } | Self::Stale { .. } | Self::TimedOut | Self::Busy | Self::Group(_)
        )
    }
}
