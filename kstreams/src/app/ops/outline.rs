//! `/topology.json`: the plan's nodes and edges by sub-topology, for the page and for tools.
use crate::plan::{NodeKind, Plan};
use serde_json::{Value, json};

/// The topology as JSON.
pub(super) fn of(plan: &Plan) -> Value {
    let sub_topologies: Vec<Value> = plan
        .sub_topologies()
        .iter()
        .enumerate()
        .map(|(id, sub)| json!({ "id": id, "nodes": sub.nodes.iter().map(|n| n.0).collect::<Vec<_>>() }))
        .collect();
    let nodes: Vec<Value> = plan.ids().map(|id| node(plan, id)).collect();
    let store = |s: &crate::plan::Store| json!({ "name": s.name, "kind": s.kind.name(), "key": s.types.0, "value": s.types.1 });
    json!({
        "application_id": plan.id,
        "sub_topologies": sub_topologies,
        "nodes": nodes,
        "stores": plan.stores.iter().map(store).collect::<Vec<_>>(),
        "mermaid": plan.mermaid(),
    })
}
fn node(plan: &Plan, id: crate::plan::NodeId) -> Value {
    let node = plan.node(id);
    let name = |t: &crate::plan::TopicIndex| plan.topic_name(*t);
    let topics = match &node.kind {
        NodeKind::Source(topics) => topics.iter().map(name).collect::<Vec<_>>(),
        NodeKind::Operator => vec![],
        NodeKind::Sink(topic) => vec![name(topic)],
    };
    json!({
        "id": id.0,
        "label": node.label,
        "operator": node.operator,
        "kind": node.kind.name(),
        "topics": topics,
        "inputs": node.inputs.iter().map(|n| n.0).collect::<Vec<_>>(),
        "stores": node.stores.iter().map(|s| plan.store(*s).name.clone()).collect::<Vec<_>>(),
        "place": node.place.to_string(),
    })
}
