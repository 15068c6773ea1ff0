//! What can go wrong with a database, and what to do about it.

/// An error of a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It cannot be opened.
    #[error("the database `{path}` cannot be opened: {reason}. If it is damaged, move the file away: the state is then restored from its changelog")]
    Open {
        /// Its file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// It cannot be read.
    #[error("the database cannot be read: {0}")]
    Read(String),
    /// It cannot be written; nothing of the checkpoint is in it.
    #[error("a checkpoint cannot be written: {0}")]
    Write(String),
}
/// What calls on a database answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;
