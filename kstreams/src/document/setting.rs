//! A setting of an application, as documents show it.
use serde::Serialize;

/// A setting with its value in force, its default, and why that is the default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Setting {
    /// The method of `Config`; of what cannot be set, its name among the worker's limits.
    pub name: String,
    /// What it is set to, for people; a secret is not shown.
    pub value: String,
    /// What it would be if nobody had set it.
    pub default: String,
    /// The variable of the environment that sets it.
    pub variable: Option<String>,
    /// What it is for, and why the default is what it is.
    pub reason: &'static str,
}
impl Setting {
    #[cfg(any(feature = "embedded", feature = "kafka"))]
    pub(crate) fn new(name: impl Into<String>, value: String, default: String, reason: &'static str) -> Setting {
        Setting { name: name.into(), value, default, variable: None, reason }
    }
    /// With the variable that sets it.
    #[cfg(any(feature = "embedded", feature = "kafka"))]
    pub(crate) fn variable(self, name: String) -> Setting {
        Setting { variable: Some(name), ..self }
    }
    /// Whether it is not its default.
    pub(super) fn is_set(&self) -> bool {
        self.value != self.default
    }
}
