//! What a node of a growing topology can be read as.

/// The kinds of handles that the DSL tells apart, as far as moves ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Flow,
    /// A stream whose key was changed.
    Loose,
    Rows,
    /// A versioned table.
    Past,
    Global,
    TimedFlow,
    SessionFlow,
    TimedRows,
    SessionRows,
}
/// A node to grow from.
#[derive(Clone, Debug)]
pub(super) struct Stem {
    pub(super) id: String,
    pub(super) shape: Shape,
    /// It may hold records without value, which functions of keys cannot take.
    pub(super) nulls: bool,
    /// How many aggregations made its values long.
    pub(super) heavy: u8,
    /// Something reads it.
    pub(super) used: bool,
}
impl Stem {
    pub(super) fn is_flow(&self) -> bool {
        matches!(self.shape, Shape::Flow | Shape::Loose)
    }
    pub(super) fn is_any_flow(&self) -> bool {
        self.is_flow() || matches!(self.shape, Shape::TimedFlow | Shape::SessionFlow)
    }
    pub(super) fn is_keyed_table(&self) -> bool {
        matches!(self.shape, Shape::Rows | Shape::Past)
    }
    pub(super) fn is_windowed_table(&self) -> bool {
        matches!(self.shape, Shape::TimedRows | Shape::SessionRows)
    }
    /// Another aggregation may follow: values stay short enough to work with.
    pub(super) fn is_light(&self) -> bool {
        self.heavy < 2
    }
    pub(super) fn shaped(self, shape: Shape) -> Stem {
        Stem { shape, ..self }
    }
    pub(super) fn with_nulls(self, nulls: bool) -> Stem {
        Stem { nulls, ..self }
    }
    pub(super) fn heavier(self) -> Stem {
        Stem { heavy: self.heavy + 1, ..self }
    }
}
