//! `store`: rows of a running instance, asked over its operations endpoint; partitions that are at other instances are asked there.
use super::{
    args,
    said::{Failed, Said, table},
};
use serde_json::{Value, json};

pub(super) fn store(what: &args::Store) -> Result<Said, Failed> {
    let (name, at, question) = question(what);
    let mut answer = ask(&at.url, name, &question, true)?;
    for endpoint in elsewhere(&answer) {
        // Whoever joins the group can name an endpoint: it gets no token. What it does not answer stays missing.
        if let Ok(more) = ask(&format!("http://{endpoint}"), name, &question, at.token_for_others) {
            merge(&mut answer, more);
        }
    }
    let rows: Vec<Vec<String>> = answer["rows"].as_array().into_iter().flatten().map(row).collect();
    let text = table(&["key", "window", "value", "time"], &rows);
    let missing = answer["missing"].as_array().into_iter().flatten();
    let missing: String =
        missing.map(|m| format!("partition {} gave no answer: {}\n", m["partition"], m["why"].as_str().unwrap_or("?"))).collect();
    let cut = if answer["complete"] == json!(false) { "there is more: --limit\n" } else { "" };
    Ok(Said::new(format!("{text}{missing}{cut}"), answer))
}
fn question(what: &args::Store) -> (&str, &args::At, Vec<(&'static str, String)>) {
    let given = |pairs: &[(&'static str, Option<&String>)]| {
        pairs.iter().filter_map(|(name, value)| value.map(|value| (*name, value.clone()))).collect::<Vec<_>>()
    };
    match what {
        args::Store::Get { name, key, at } => (name, at, given(&[("key", Some(key))])),
        args::Store::Range { name, from, to, prefix, at } => {
            (name, at, given(&[("from", from.as_ref()), ("to", to.as_ref()), ("prefix", prefix.as_ref())]))
        }
        args::Store::Windows { name, key, from, to, at } => {
            (name, at, given(&[("windows", Some(key)), ("from", from.as_ref()), ("to", to.as_ref())]))
        }
    }
}
/// One instance. The token is read from the environment: command lines are seen by others.
fn ask(url: &str, name: &str, question: &[(&'static str, String)], with_token: bool) -> Result<Value, Failed> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.get(format!("{}/store/{name}", url.trim_end_matches('/')));
    let request = question.iter().fold(request, |request, (name, value)| request.query(*name, value));
    let token = std::env::var("KSTREAMS_OPS_TOKEN").ok().filter(|_| with_token);
    let request = token.into_iter().fold(request, |request, token| request.header("Authorization", format!("Bearer {token}")));
    let mut answer =
        request.call().map_err(|e| Failed::new(format!("{url} does not answer: {e}. Is it where the instance serves its operations?")))?;
    let text = answer.body_mut().read_to_string().map_err(|e| Failed::new(format!("{url}: {e}")))?;
    if !answer.status().is_success() {
        let hint = if answer.status() == 401 { " (KSTREAMS_OPS_TOKEN holds the token)" } else { "" };
        return Err(Failed::new(format!("{url}: {}{hint}", text.trim())));
    }
    serde_json::from_str(&text).map_err(|e| Failed::new(format!("{url} answers something else than a store: {e}")))
}
/// Endpoints that have what is missing, each once.
fn elsewhere(answer: &Value) -> Vec<String> {
    let missing = answer["missing"].as_array().into_iter().flatten();
    let mut endpoints: Vec<String> = missing.filter_map(|m| m["endpoint"].as_str()).map(str::to_owned).collect();
    endpoints.sort();
    endpoints.dedup();
    endpoints
}
fn merge(answer: &mut Value, more: Value) {
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let partitions = list(&more, "partitions");
    let missing: Vec<Value> = list(answer, "missing").into_iter().filter(|m| !partitions.contains(&m["partition"])).collect();
    answer["rows"] = Value::Array([list(answer, "rows"), list(&more, "rows")].concat());
    answer["partitions"] = Value::Array([list(answer, "partitions"), partitions].concat());
    answer["missing"] = Value::Array(missing);
    answer["complete"] = json!(answer["complete"] == json!(true) && more["complete"] == json!(true));
}
fn row(row: &Value) -> Vec<String> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let window = &row["window"];
    let window = if window.is_null() { String::new() } else { format!("{}..{}", window["start"], window["end"]) };
    vec![plain(&row["key"]), window, plain(&row["value"]), plain(&row["time"])]
}
