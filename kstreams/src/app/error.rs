//! Why an application did not start, or did not end well.

/// Each text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// What no type could say is wrong with the topology.
    #[error("the topology does not run:\n{}", .0.join("\n"))]
    Topology(Vec<String>),
    /// Settings that do not go together, or need a feature of the crate.
    #[error("{0}")]
    Config(String),
    /// The state folder.
    #[error("{0}")]
    State(String),
    /// Brokers cannot be reached, or topics are not what they must be.
    #[error("{0}")]
    Start(String),
    /// A worker could not go on; the others finished in good order.
    #[error("{0}")]
    Worker(String),
    /// A task stood still at the end: its records were not processed. The others went on.
    #[error("task {task} failed: {reason}")]
    Task {
        /// As `1_4`.
        task: String,
        /// With operator, topic, partition, offset, and the way out.
        reason: String,
    },
}
