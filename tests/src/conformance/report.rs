//! The table of kinds: how many scenarios passed, how many did not, and the first difference of each; and the same in a line for the other ways.
use super::{Scenario, Way, judge, judge_application, judge_crash};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Applications that run at a time.
const SIDE_BY_SIDE: usize = 8;

/// A kind of scenarios.
pub struct Kind {
    pub name: String,
    pub passed: usize,
    pub failed: usize,
    /// Scenario and difference.
    pub first_difference: Option<(String, String)>,
}
/// All kinds.
pub struct Report(pub Vec<Kind>);

impl Kind {
    #[must_use]
    pub fn of(name: &str, scenarios: &[Scenario], way: Way) -> Kind {
        Kind::judged(name, scenarios, |scenario| judge(scenario, way))
    }
    /// Scenarios whose crash shows more than a planned restart does.
    #[must_use]
    pub fn of_crashes(name: &str, scenarios: &[Scenario]) -> Kind {
        Kind::judged(name, scenarios, judge_crash)
    }
    /// Scenarios that an application, started and ended for every step, gets through; not those that move the wall clock, which is its system's.
    fn of_applications(name: &str, scenarios: &[Scenario]) -> Kind {
        Kind::judged(name, scenarios.iter().filter(|scenario| !scenario.moves_the_clock()), judge_application)
    }
    fn judged<'a>(name: &str, scenarios: impl IntoIterator<Item = &'a Scenario>, judge: impl Fn(&Scenario) -> Result<(), String>) -> Kind {
        let mut kind = Kind { name: name.to_owned(), passed: 0, failed: 0, first_difference: None };
        for scenario in scenarios {
            match judge(scenario) {
                Ok(()) => kind.passed += 1,
                Err(difference) => {
                    kind.failed += 1;
                    kind.first_difference.get_or_insert((scenario.name.clone(), difference));
                }
            }
        }
        kind
    }
    #[must_use]
    pub fn passes(&self) -> bool {
        self.failed == 0
    }
}
impl Report {
    /// [`Kind`]s of applications, side by side: they wait for their threads more than they work.
    ///
    /// # Panics
    /// If a thread does: scenarios do not.
    #[must_use]
    pub fn of_applications(kinds: &[(String, Vec<Scenario>)]) -> Report {
        let (next, judged) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
        let work = || {
            while let Some((at, (name, scenarios))) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, kinds.get(at)?))) {
                let kind = Kind::of_applications(name, scenarios);
                judged.lock().unwrap_or_else(PoisonError::into_inner).insert(at, kind);
            }
        };
        thread::scope(|scope| (0..SIDE_BY_SIDE).for_each(|_| drop(scope.spawn(work))));
        Report(judged.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
    }
    fn total(&self, count: fn(&Kind) -> usize) -> usize {
        self.0.iter().map(count).sum()
    }
    /// The kinds, in order.
    #[must_use]
    pub fn names(&self) -> String {
        self.0.iter().map(|kind| &*kind.name).collect::<Vec<_>>().join(" ")
    }
    /// Totals, and the first difference of each kind that has one.
    #[must_use]
    pub fn line(&self, way: &str) -> String {
        let difference = |kind: &Kind| kind.first_difference.as_ref().map(|(scenario, text)| format!("\n  {scenario}: {text}"));
        let differences: String = self.0.iter().filter_map(difference).collect();
        format!("{way}: {} passed, {} failed{differences}", self.total(|k| k.passed), self.total(|k| k.failed))
    }
}
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<36} {:>6} {:>6}", "kind", "passed", "failed")?;
        for kind in &self.0 {
            writeln!(f, "{:<36} {:>6} {:>6}", kind.name, kind.passed, kind.failed)?;
            if let Some((scenario, difference)) = &kind.first_difference {
                writeln!(f, "  {scenario}: {difference}")?;
            }
        }
        write!(f, "conformance: {} passed, {} failed", self.total(|k| k.passed), self.total(|k| k.failed))
    }
}
