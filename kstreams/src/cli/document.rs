//! `describe` and `doc`: what a topology is, without brokers.
use super::{
    args,
    said::{Failed, Said},
};
use crate::{Config, Topology, document::Format};
use serde_json::json;
use std::{collections::BTreeMap, fs};

pub(super) fn describe(topology: &Topology) -> Said {
    let text = topology.describe();
    let json = json!({ "application_id": topology.id(), "describe": text });
    Said::new(text, json)
}
pub(super) fn write(topology: &Topology, config: &Config, options: &args::Doc) -> Result<Said, Failed> {
    let documents = documents(topology, config, options)?;
    let Some(folder) = &options.out else {
        let text = documents.values().map(String::as_str).collect::<Vec<_>>().join("\n");
        return Ok(Said::new(text, json!(documents)));
    };
    fs::create_dir_all(folder).map_err(|e| Failed::new(format!("{} cannot be made: {e}", folder.display())))?;
    let mut written = vec![];
    for (name, text) in documents {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|e| Failed::new(format!("{} cannot be written: {e}", file.display())))?;
        written.push(file.display().to_string());
    }
    Ok(Said::new(written.join("\n"), json!({ "written": written })))
}
/// By the names of their files.
fn documents(topology: &Topology, config: &Config, options: &args::Doc) -> Result<BTreeMap<String, String>, Failed> {
    let asked: Result<Vec<Format>, _> = options.format.iter().map(|name| name.parse()).collect();
    let asked = asked.map_err(|e: crate::document::UnknownFormat| Failed::usage(e.to_string()))?;
    let formats = if asked.is_empty() { Format::ALL.to_vec() } else { asked };
    let made = |format: Format| {
        let text = config.document(topology, format).map_err(|e| Failed::new(format!("the document `{format}` cannot be made: {e}")))?;
        Ok((format.file_name(topology.id()), text))
    };
    formats.into_iter().map(made).collect()
}
