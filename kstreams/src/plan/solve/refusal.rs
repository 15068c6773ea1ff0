//! Why an application does not start on these brokers.
use std::fmt;

/// Everything that does not fit, at once: nobody likes to mend one topic after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whose start is refused.
    pub application_id: String,
    /// One sentence each: topics, expected, found, the way out.
    pub problems: Vec<String>,
}
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` does not start, because its topics do not fit:", self.application_id)?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
    }
}
impl std::error::Error for Refusal {}
