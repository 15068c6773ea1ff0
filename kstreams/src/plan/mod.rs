//! The topology as plain data.
mod deployment;
pub use deployment::{DeployedTopic, Deployment, Origin, StoreChangelog, SubTopology, TaskId, TopicId};
