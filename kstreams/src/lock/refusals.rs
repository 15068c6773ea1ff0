//! When a topology is compared with its lock before anything starts.
use super::{Difference, Lock};
use crate::plan::Plan;

/// The differences that nothing starts on.
pub(crate) fn refusals(plan: &Plan, lock: &str) -> Vec<String> {
    match Lock::parse(lock) {
        Ok(locked) => {
            let differences = locked.compare(&Lock::of_plan(plan));
            differences.iter().filter(|d| d.is_refused()).map(Difference::to_string).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}
