//! The table of kinds: how many scenarios passed, how many did not, and the first difference of each; and the same in a line for the other ways.
use super::{Scenario, Way, judge, judge_crash};
use std::fmt;

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
    fn judged(name: &str, scenarios: &[Scenario], judge: impl Fn(&Scenario) -> Result<(), String>) -> Kind {
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
