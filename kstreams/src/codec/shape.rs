//! What a record is made of, as data: for documents, and to say which field made a fingerprint change.

/// The form of a key or value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// A format of the user's own.
    Opaque,
    /// JSON of a type of another crate.
    Json,
    /// A variant without fields.
    Unit,
    /// One of Kafka's raw formats, by its Rust name.
    Raw {
        /// The type.
        of: &'static str,
    },
    /// A newtype with the bytes of what is in it.
    Newtype {
        /// Its name.
        name: &'static str,
        /// What is in it.
        of: &'static Shape,
    },
    /// A struct or an enum that is written as JSON.
    Record {
        /// Its name.
        name: &'static str,
        /// Fields by name; those of a variant as `Variant.field`.
        fields: &'static [(&'static str, &'static Shape)],
    },
    /// Something made of others: `option`, `vec`, `set`, `map`, `pair`, `triple`, `box`, `time-windowed`, `session-windowed`.
    Composed {
        /// What.
        kind: &'static str,
        /// The others.
        of: &'static [&'static Shape],
    },
}
impl Shape {
    /// The type as Rust would write it, without its path.
    pub fn name(&self) -> String {
        match self {
            Shape::Opaque => "?".into(),
            Shape::Json => "Json".into(),
            Shape::Unit => "()".into(),
            Shape::Raw { of } => (*of).into(),
            Shape::Newtype { name, .. } | Shape::Record { name, .. } => (*name).into(),
            Shape::Composed { kind, of } => composed(kind, &of.iter().map(|shape| shape.name()).collect::<Vec<_>>().join(",")),
        }
    }
    /// Whether it may be missing.
    pub fn is_optional(&self) -> bool {
        matches!(self, Shape::Composed { kind: "option", .. })
    }
    /// How it is written as key or value of a Kafka record.
    pub fn format(&self) -> &'static str {
        match self {
            Shape::Opaque => "own format",
            Shape::Json | Shape::Record { .. } => "JSON",
            Shape::Unit => "empty",
            Shape::Raw { of: "String" } => "UTF-8",
            Shape::Raw { of: "bytes" } => "bytes",
            Shape::Raw { of: "()" | "All" } => "empty",
            Shape::Raw { of: "Unkeyed" } => "none",
            Shape::Raw { .. } => "big-endian",
            Shape::Newtype { of, .. } => of.format(),
            Shape::Composed { kind: "option" | "box", of: [of] } => of.format(),
            Shape::Composed { kind: "vec", of: [Shape::Raw { of: "u8" }] } => "bytes",
            Shape::Composed { kind: "time-windowed", .. } => "key, window start",
            Shape::Composed { kind: "session-windowed", .. } => "key, end, start",
            Shape::Composed { .. } => "counted list",
        }
    }
}
fn composed(kind: &str, of: &str) -> String {
    match kind {
        "option" => format!("Option<{of}>"),
        "vec" => format!("Vec<{of}>"),
        "set" => format!("BTreeSet<{of}>"),
        "map" => format!("BTreeMap<{of}>"),
        "box" => of.to_owned(),
        "time-windowed" => format!("TimeWindowed<{of}>"),
        "session-windowed" => format!("SessionWindowed<{of}>"),
        "pair" | "triple" => format!("({of})"),
        other => format!("{other}<{of}>"),
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[derive(Serialize, Deserialize, Record)]
    struct Order {
        item: String,
        notes: Option<Vec<Note>>,
    }
    #[derive(Serialize, Deserialize, Record)]
    struct Note {
        text: String,
    }

    #[test]
    fn a_type_says_what_it_is_made_of() {
        assert_eq!(Order::SHAPE.name(), "Order");
        assert_eq!(Order::SHAPE.format(), "JSON");
        assert_eq!(<TimeWindowed<String> as Record>::SHAPE.name(), "TimeWindowed<String>");
        assert_eq!(<Option<Vec<u8>> as Record>::SHAPE.format(), "bytes");
        let super::Shape::Record { fields, .. } = Order::SHAPE else { panic!("{:?}", Order::SHAPE) };
        let fields: Vec<(&str, String)> = fields.iter().map(|(name, shape)| (*name, shape.name())).collect();
        assert_eq!(fields, [("item", "String".to_owned()), ("notes", "Option<Vec<Note>>".to_owned())]);
    }
}
