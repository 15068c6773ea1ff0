//! The table of kinds: how many scenarios passed, how many did not, and the first difference of each.
use super::{Scenario, judge};
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
    pub fn of(name: String, scenarios: &[Scenario]) -> Kind {
        let mut kind = Kind { name, passed: 0, failed: 0, first_difference: None };
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
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<36} {:>6} {:>6}", "kind", "passed", "failed")?;
        for kind in &self.0 {
            writeln!(f, "{:<36} {:>6} {:>6}", kind.name, kind.passed, kind.failed)?;
            if let Some((scenario, difference)) = &kind.first_difference {
                writeln!(f, "  {scenario}: {difference}")?;
            }
        }
        let total = |count: fn(&Kind) -> usize| self.0.iter().map(count).sum::<usize>();
        write!(f, "conformance: {} passed, {} failed", total(|k| k.passed), total(|k| k.failed))
    }
}
