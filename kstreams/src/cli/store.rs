//! `store`: rows of a running instance, asked over its operations endpoint; partitions that are at other instances are asked there.
use super::{
    args,
    said::{Failed, Said, table, when},
};
use serde_json::{Value, json};
use std::{cmp::Ordering, time::Duration};

/// An instance answers within five seconds, or says why not.
const PATIENCE: Duration = Duration::from_secs(10);
/// Command lines are seen by others, the environment is not.
pub(super) const TOKEN: &str = "KSTREAMS_OPS_TOKEN";

pub(super) fn store(what: &args::Store) -> Result<Said, Failed> {
    let (name, at, question) = question(what);
    let mut answer = ask(&at.url, name, &question, true)?;
    for endpoint in elsewhere(&answer) {
        // Whoever joins the group can name an endpoint: it gets no token unless that is said.
        match ask(&endpoint, name, &question, at.token_for_others) {
            Ok(more) => merge(&mut answer, more, at.limit as usize),
            Err(failed) => explain(&mut answer, &endpoint, &failed),
        }
    }
    Ok(said(answer))
}
fn said(answer: Value) -> Said {
    let mut rows: Vec<Vec<String>> = list(&answer, "rows").iter().map(row).collect();
    if rows.is_empty() {
        rows.push(["no row", "", "", ""].map(str::to_owned).to_vec());
    }
    let windowed = rows.iter().any(|row| !row[1].is_empty());
    let mut heads = vec!["key", "window", "value", "time"];
    if !windowed {
        heads.remove(1);
        rows.iter_mut().for_each(|row| drop(row.remove(1)));
    }
    let text = table(&heads, &rows);
    let missing = list(&answer, "missing");
    let lines: String = missing.iter().map(no_answer).collect();
    let cut = if answer["complete"] == json!(false) {
        "there is more: --limit N (up to 1000), or ask for less with --from and --to\n"
    } else {
        ""
    };
    Said::new(format!("{text}{lines}{cut}"), answer).finding(!missing.is_empty())
}
fn no_answer(missing: &Value) -> String {
    let why = missing["why"].as_str().unwrap_or("?");
    let nowhere = !missing["member"].is_null() && missing["endpoint"].is_null();
    let way_out = if nowhere { ", which tells no endpoint (KSTREAMS_ENDPOINT): ask it with --url" } else { "" };
    format!("! partition {} gave no answer: {why}{way_out}\n", missing["partition"])
}
type Question = Vec<(&'static str, String)>;
fn question(what: &args::Store) -> (&str, &args::At, Question) {
    let given = |pairs: [(&'static str, Option<String>); 3], at: &args::At| {
        let of_all = [("as", at.written.clone()), ("limit", Some(at.limit.to_string()))];
        pairs.into_iter().chain(of_all).filter_map(|(name, value)| Some((name, value?))).collect()
    };
    let time = |time: &Option<i64>| time.map(|millis| millis.to_string());
    match what {
        args::Store::Get { name, key, at } => (name, at, given([("key", Some(key.clone())), ("from", None), ("to", None)], at)),
        args::Store::Range { name, from, to, prefix, at } => {
            (name, at, given([("from", from.clone()), ("to", to.clone()), ("prefix", prefix.clone())], at))
        }
        args::Store::Windows { name, key, from, to, at } => {
            (name, at, given([("windows", Some(key.clone())), ("from", time(from)), ("to", time(to))], at))
        }
    }
}
/// One instance. The token is read from the environment: command lines are seen by others.
fn ask(url: &str, name: &str, question: &Question, with_token: bool) -> Result<Value, Failed> {
    let url = if url.contains("://") { url.trim_end_matches('/').to_owned() } else { format!("http://{url}") };
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().into();
    let request = agent.get(format!("{url}/store/{name}"));
    let request = question.iter().fold(request, |request, (name, value)| request.query(*name, value));
    let token = std::env::var(TOKEN).ok();
    let sent = token.iter().filter(|_| with_token);
    let request = sent.fold(request, |request, token| request.header("Authorization", format!("Bearer {token}")));
    let mut answer =
        request.call().map_err(|e| Failed::new(format!("{url} does not answer: {e}. Is it where the instance serves its operations?")))?;
    let text = answer.body_mut().read_to_string().map_err(|e| Failed::new(format!("{url}: {e}")))?;
    match answer.status().as_u16() {
        401 => Err(Failed::new(format!("{url} asks for a token: {}", token_hint(token.is_some(), with_token)))),
        200 => serde_json::from_str(&text).map_err(|e| Failed::new(format!("{url} answers something else than a store: {e}"))),
        _ => Err(Failed::new(format!("{url}: {}", refusal(text.trim())))),
    }
}
fn token_hint(there: bool, sent: bool) -> String {
    match (there, sent) {
        (true, true) => format!("that of {TOKEN} is another one"),
        (true, false) => format!("--token-for-others sends it that of {TOKEN}"),
        (false, _) => format!("set {TOKEN}"),
    }
}
/// What an instance says instead of rows.
fn refusal(text: &str) -> String {
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    let stores: Vec<&str> = said["stores"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let there_are = if stores.is_empty() { String::new() } else { format!("; there are: {}", stores.join(", ")) };
    said["error"].as_str().map_or_else(|| text.to_owned(), |error| format!("{error}{there_are}"))
}
fn list(value: &Value, name: &str) -> Vec<Value> {
    value[name].as_array().cloned().unwrap_or_default()
}
/// Endpoints that have what is missing, each once.
fn elsewhere(answer: &Value) -> Vec<String> {
    let mut endpoints: Vec<String> = list(answer, "missing").iter().filter_map(|m| m["endpoint"].as_str().map(str::to_owned)).collect();
    endpoints.sort();
    endpoints.dedup();
    endpoints
}
/// Each of the two begins with its first rows, so the first rows of both are the first ones of all.
fn merge(answer: &mut Value, more: Value, limit: usize) {
    let mut rows = [list(answer, "rows"), list(&more, "rows")].concat();
    rows.sort_by(in_order);
    let complete = answer["complete"] == json!(true) && more["complete"] == json!(true) && rows.len() <= limit;
    rows.truncate(limit);
    let mut partitions = [list(answer, "partitions"), list(&more, "partitions")].concat();
    partitions.sort_by_key(Value::as_u64);
    let missing: Vec<Value> = list(answer, "missing").into_iter().filter(|m| !partitions.contains(&m["partition"])).collect();
    answer["rows"] = rows.into();
    answer["partitions"] = partitions.into();
    answer["missing"] = missing.into();
    answer["complete"] = complete.into();
}
/// As stores have them: by key, then by time.
fn in_order(a: &Value, b: &Value) -> Ordering {
    let key = |row: &Value| (row["key"].as_u64(), plain(&row["key"]), row["window"]["start"].as_i64(), row["window"]["end"].as_i64());
    key(a).cmp(&key(b))
}
/// Why an endpoint that was asked says nothing.
fn explain(answer: &mut Value, endpoint: &str, failed: &Failed) {
    for missing in answer["missing"].as_array_mut().into_iter().flatten().filter(|m| m["endpoint"] == endpoint) {
        let why = missing["why"].as_str().unwrap_or_default();
        missing["why"] = format!("{why}; {}", failed.text()).into();
    }
}
fn row(row: &Value) -> Vec<String> {
    let time = |time: &Value| time.as_i64().map(when).unwrap_or_default();
    let window = &row["window"];
    let window = if window.is_null() { String::new() } else { format!("{}..{}", time(&window["start"]), time(&window["end"])) };
    vec![plain(&row["key"]), window, plain(&row["value"]), time(&row["time"])]
}
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
