//! When a topology is compared with its lock: in the generated test, and before anything starts.
use super::{Difference, Lock};
use crate::{Result, Topology, plan::Plan};

/// Compares a topology with its lock file, or with `KSTREAMS_LOCK=write` writes it; the generated test calls it.
///
/// # Errors
/// Every difference, and the lock as it would be.
#[doc(hidden)]
pub fn check<Q>(topology: &Topology<Q>, lock: &str, path: &str) -> Result<()> {
    let (locked, now) = (Lock::parse(lock)?, Lock::of(topology));
    if std::env::var_os("KSTREAMS_LOCK").is_some_and(|wish| wish == "write") {
        let renewed = locked.renew(now).map_err(|gone| list(&gone))?;
        return Ok(renewed.write(path)?);
    }
    let differences = locked.compare(&now);
    if differences.is_empty() {
        return Ok(());
    }
    let now = Lock { forgotten: locked.forgotten, ..now };
    Err(format!(
        "topology `{}` differs from its lock:\n{}\nTo write it: KSTREAMS_LOCK=write cargo test. As it is now, its lock is\n{now}",
        topology.id(),
        list(&differences)
    )
    .into())
}
fn list(differences: &[Difference]) -> String {
    differences.iter().map(|d| format!("- {d}")).collect::<Vec<_>>().join("\n")
}
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
