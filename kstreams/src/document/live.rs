//! The drawing of a running application: room for rates in each node and each box, and what a page needs to find them.
use super::{Document, Graph, drawing};
use crate::{
    Result,
    plan::{Deployment, Plan},
};

/// How the drawing looks, in light and dark.
pub(crate) const STYLE: &str = drawing::STYLE;

/// SVG to stand in a page. Counts are the deployment's, whatever the topology declares.
pub(crate) fn drawn(plan: &Plan, deployment: Deployment) -> Result<String> {
    let graph = Graph::of(&Document::deployed(plan, deployment, &[])).live();
    Ok(drawing::drawings(&graph)?.into_string())
}
