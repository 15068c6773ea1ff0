//! A running application: its document, and its drawing with room for rates in each node and each box, and what a page needs to find them.
use super::{Document, Graph, Setting, drawing, json};
use crate::{
    Result,
    plan::{Deployment, Plan},
};

/// How the drawing looks, in light and dark.
pub(crate) const STYLE: &str = drawing::STYLE;

/// [`super::Format::Json`] with the deployment's counts and names, whatever the topology declares.
pub(crate) fn json(plan: &Plan, deployment: Deployment, settings: &[Setting]) -> Result<String> {
    json::write(&Document::deployed(plan, deployment, settings))
}
/// SVG to stand in a page. Counts are the deployment's, whatever the topology declares.
pub(crate) fn drawn(plan: &Plan, deployment: Deployment) -> Result<String> {
    let graph = Graph::of(&Document::deployed(plan, deployment, &[])).live();
    Ok(drawing::drawings(&graph)?.into_string())
}
