//! The records of a topology, each with its fields once. Two types of one name, `a::Order` and `b::Order`, are two: the later one has a number.
use super::{Field, Schema, Type};
use crate::codec::Shape;
use std::collections::BTreeMap;

/// A type of a topic or a store.
pub(super) fn of(name: &str, fingerprint: u64, shape: &'static Shape) -> Type {
    Type { name: super::names::short(name), format: shape.format(), fingerprint: format!("{fingerprint:016x}"), schema: None, shape }
}

/// All records that some types are made of: those of one name in the order in which they were met.
#[derive(Default)]
pub(in crate::document) struct Records(BTreeMap<&'static str, Vec<&'static Shape>>);
impl Records {
    pub(in crate::document) fn of(shapes: impl Iterator<Item = &'static Shape>) -> Records {
        let mut records = Records::default();
        shapes.for_each(|shape| records.collect(shape));
        records
    }
    fn collect(&mut self, shape: &'static Shape) {
        match shape {
            Shape::Record { name, fields } if self.is_new(name, shape) => fields.iter().for_each(|(_, shape)| self.collect(shape)),
            Shape::Newtype { name, of } if self.is_new(name, shape) => self.collect(of),
            Shape::Composed { of, .. } => of.iter().for_each(|shape| self.collect(shape)),
            _ => {}
        }
    }
    fn is_new(&mut self, name: &'static str, shape: &'static Shape) -> bool {
        let met = self.0.entry(name).or_default();
        let is_new = !met.contains(&shape);
        is_new.then(|| met.push(shape));
        is_new
    }
    /// What a record or newtype is called here.
    pub(in crate::document) fn name(&self, shape: &Shape) -> String {
        let name = shape.name();
        let number = self.0.get(&*name).and_then(|met| met.iter().position(|one| *one == shape)).unwrap_or(0);
        if number == 0 { name } else { format!("{name}-{}", number + 1) }
    }
    /// The record that a value is, or may be.
    pub(super) fn record(&self, shape: &Shape) -> Option<String> {
        match shape {
            Shape::Record { .. } => Some(self.name(shape)),
            Shape::Composed { kind: "option" | "box", of: [of] } => self.record(of),
            _ => None,
        }
    }
    /// Every one with its name.
    pub(in crate::document) fn each(&self) -> impl Iterator<Item = (String, &'static Shape)> {
        self.0.values().flatten().map(|shape| (self.name(shape), *shape))
    }
    pub(super) fn schemas(&self) -> Vec<Schema> {
        self.each().map(|(name, shape)| Schema { name, fields: fields(shape) }).collect()
    }
}
fn fields(shape: &Shape) -> Vec<Field> {
    let field = |name: &str, shape: &Shape| Field { name: name.to_owned(), ty: shape.name() };
    match shape {
        Shape::Record { fields, .. } => fields.iter().map(|(name, shape)| field(name, shape)).collect(),
        Shape::Newtype { of, .. } => vec![field("0", of)],
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        document::{Format, render},
        prelude::*,
    };

    mod old {
        use super::*;
        #[derive(Serialize, Deserialize, Record)]
        pub(super) struct Order {
            item: String,
        }
    }
    #[derive(Serialize, Deserialize, Record)]
    struct Order {
        price: u64,
    }

    #[test]
    fn types_of_one_name_have_their_own_fields() {
        let b = Topology::builder("orders");
        b.stream(named::<Space<String, 1>, old::Order>("old-orders"))
            .map_values(|_| Order { price: 1 })
            .to(named::<Space<String, 1>, Order>("orders"));
        let topology = b.build(());
        let json: serde_json::Value = serde_json::from_str(&render(&topology, Format::Json).unwrap()).unwrap();
        let fields = |n: usize| (json["schemas"][n]["name"].clone(), json["schemas"][n]["fields"][0]["name"].clone());
        assert_eq!([fields(0), fields(1)], [("Order".into(), "item".into()), ("Order-2".into(), "price".into())]);
        assert_eq!(json["topics"][1]["value"]["schema"], "Order-2");
        let api: serde_json::Value = serde_json::from_str(&render(&topology, Format::AsyncApi).unwrap()).unwrap();
        let payload = |topic: &str| api["components"]["messages"][topic]["payload"]["$ref"].clone();
        assert_eq!([payload("old-orders"), payload("orders")], ["#/components/schemas/Order", "#/components/schemas/Order-2"]);
        assert!(api["components"]["schemas"]["Order-2"]["properties"]["price"].is_object(), "{api}");
    }
}
