//! Documents of the examples, as they were; and that machines can read them.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    Topology,
    document::{Format, JSON_SCHEMA, render},
    lock::Lock,
    prelude::*,
    shell::embedded::{EmbeddedLog, TopicConfig, create_topics},
};
use kstreams_examples::{order_analytics, sum, word_count, word_count_processor};
use kstreams_tests::{
    conformance,
    description::{Node, parse},
    lookups,
    shop::shop,
};
use serde_json::Value;
use std::{env, fs, net::TcpListener, path::Path, sync::OnceLock, thread, time::Duration};

/// A document in every format.
type Documents = Vec<(Format, String)>;

fn documents<Q>(topology: &Topology<Q>) -> Documents {
    assert!(topology.problems().is_empty(), "{:?}", topology.problems());
    Format::ALL.iter().map(|format| (*format, render(topology, *format).unwrap())).collect()
}
fn examples() -> [(&'static str, Documents); 4] {
    [
        ("order-analytics", documents(&order_analytics::order_analytics::topology())),
        ("word-count", documents(&word_count::word_count::topology())),
        ("word-count-processor", documents(&word_count_processor::word_count::topology())),
        ("sum", documents(&sum::sum::topology())),
    ]
}
fn all() -> &'static [(&'static str, Documents)] {
    static ALL: OnceLock<Vec<(&'static str, Documents)>> = OnceLock::new();
    ALL.get_or_init(|| {
        examples()
            .into_iter()
            .chain([
                ("shop", documents(&shop())),
                ("pattern", documents(&pattern())),
                ("lookups", documents(&lookups::lookups::topology())),
            ])
            .collect()
    })
}
fn pattern() -> Topology {
    let b = Topology::builder("pattern");
    let orders = b.stream(matching::<Space<String, 3>, u64>("shop-[a-z]+-orders"));
    orders.reduce("sum", |a, b| *a += b).to(named::<Space<String, 3>, u64>("totals"));
    b.build(())
}

/// What matches somewhere is nobody's business here.
#[test]
fn a_pattern_is_shown_by_its_text() {
    let documents = &all().iter().find(|(name, _)| *name == "pattern").unwrap().1;
    let topic = &json(document(documents, Format::Json))["topics"][0];
    assert_eq!((&topic["name"], &topic["pattern"], &topic["role"]), (&"shop-[a-z]+-orders".into(), &true.into(), &"source".into()));
    let page = document(documents, Format::Markdown);
    assert!(page.contains("| `shop-[a-z]+-orders` | read, all whose names match when it starts |"), "{page}");
    assert!(page.contains("--operation DescribeConfigs --topic shop- --resource-pattern-type prefixed"), "{page}");
    for (format, text) in documents {
        assert!(text.contains("shop-[a-z]+-orders"), "{format:?}: {text}");
    }
}
fn document(documents: &Documents, wanted: Format) -> &str {
    documents.iter().find(|(format, _)| *format == wanted).map(|(_, text)| text.as_str()).unwrap()
}
fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// `cargo insta review` shows what changed.
#[test]
fn the_examples_are_documented_as_they_were() {
    insta::with_settings!({ snapshot_path => "../documents", prepend_module_to_snapshot => false, omit_expression => true }, {
        for (name, documents) in examples() {
            for (format, text) in documents.iter().filter(|(format, _)| !matches!(format, Format::Html | Format::Svg)) {
                insta::assert_snapshot!(format.file_name(name), text);
            }
        }
    });
}

/// What the repository shows of the examples: `KSTREAMS_DRAW=1 cargo test -p kstreams-tests --test documents` writes it anew.
#[test]
fn page_and_drawings_of_the_examples_are_not_stale() {
    let config = Config::new().bootstrap_servers("localhost:9092").exactly_once();
    let page = config.document(&order_analytics::order_analytics::topology(), Format::Html).unwrap();
    let mut kept = vec![("docs/order-analytics.html".to_owned(), page)];
    for (name, documents) in examples() {
        kept.push((format!("examples/{name}/{name}.svg"), document(&documents, Format::Svg).to_owned()));
    }
    kept.iter().for_each(|(path, now)| is_not_stale(path, now));
}
fn is_not_stale(path: &str, now: &str) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if env::var_os("KSTREAMS_DRAW").is_some() {
        fs::write(&kept, now).unwrap();
    }
    assert!(fs::read_to_string(&kept).unwrap_or_default() == now, "{path} is stale: run this with KSTREAMS_DRAW=1");
}

/// `#[operator]` leaves the function alone, and documents know what it says of itself; closures are known by their line.
#[test]
fn operators_are_told_with_documentation_signature_and_place() {
    let told = json(document(&all()[0].1, Format::Json));
    let operator = |label: &str| told["operators"].as_array().unwrap().iter().find(|o| o["label"] == label).unwrap().clone();
    let joined = operator("with-user");
    assert_eq!(joined["doc"], "Adds the customer's address to the order.");
    assert_eq!(joined["signature"], "fn with_user(order: Order, user: Option<&User>) -> UserOrder");
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/order-analytics/topology.rs")).unwrap();
    let line = source.lines().position(|line| line.contains("fn with_user(")).unwrap() + 1;
    assert_eq!(joined["defined"], serde_json::json!({ "file": "examples/order-analytics/topology.rs", "line": line }));
    assert!(joined["line"].as_u64().unwrap() > line as u64, "the call stands below: {joined}");
    assert_eq!(operator("orders-by-item-sink")["signature"], "fn item_name(order: &UserOrder) -> ItemName", "the key of a repartition");
    let counted = operator("local-buyers-count");
    assert_eq!((&counted["doc"], &counted["signature"], &counted["defined"]), (&"".into(), &Value::Null, &Value::Null));
    let (markdown, page) = (document(&all()[0].1, Format::Markdown), document(&all()[0].1, Format::Html));
    assert!(markdown.contains("<br>Adds the customer's address to the order.<br>`fn with_user("), "{markdown}");
    assert!(
        page.contains("Compares the customer's address with the item's origin.") && page.contains("fn is_local(order: &amp;LocalOrder)")
    );
    let generic = &json(lookup(Format::Json))["operators"];
    assert!(generic.to_string().contains("fn country_of<const N: u64>(click: &u64) -> u64"), "{generic}");
    assert!(generic.to_string().contains("Users whose clicks exceed their limit, each once."), "a processor: {generic}");
}

fn start() -> u64 {
    0
}
fn add(sum: &mut u64, value: &u64) {
    *sum += value;
}
fn subtract(sum: &mut u64, value: &u64) {
    *sum -= value;
}
fn merge(sum: &mut u64, later: u64) {
    *sum += later;
}
fn key_of(value: &u64) -> String {
    value.to_string()
}
#[test]
fn every_function_of_an_operator_is_told() {
    let b = Topology::builder("functions");
    let stream = |name: &str| b.stream(named::<Space<String, 3>, u64>(name));
    let sums = stream("clicks").aggregate("sums", start, add);
    sums.group_by("by-sum", key_of).aggregate("groups", start, add, subtract).to_stream().discard();
    stream("orders").cogroup(start, add).and(stream("returns"), subtract).aggregate("both").to_stream().discard();
    let visits = stream("visits").cogroup(start, add).and(stream("leaves"), subtract).windowed_by(session(minutes(5)));
    visits.aggregate_merging("visits", merge).to_stream().discard();
    let page = render(&b.build(()), Format::Markdown).unwrap();
    for does in [
        "aggregate(add, start)",
        "group_by(key_of)",
        "aggregate(add, start, subtract)",
        "cogroup(add, subtract, start)",
        "cogroup(add, subtract, start, merge)",
    ] {
        assert!(page.contains(&format!("| {does} |")), "{does}: {page}");
    }
}

fn lookup(format: Format) -> &'static str {
    document(&all().iter().find(|(name, _)| *name == "lookups").unwrap().1, format)
}

#[test]
fn lookups_are_told_and_drawn_otherwise_than_flow() {
    let told = json(lookup(Format::Json));
    let operator = |label: &str| told["operators"].as_array().unwrap().iter().find(|o| o["label"] == label).unwrap().clone();
    assert_eq!(operator("Exceeded")["globals"], serde_json::json!(["countries"]));
    assert_eq!(operator("Exceeded")["tables"], serde_json::json!(["limits-table"]));
    let topic = |name: &str| told["topics"].as_array().unwrap().iter().find(|t| t["name"] == name).unwrap().clone();
    assert_eq!(topic("countries")["operators"], serde_json::json!(["Exceeded", "named-country"]));
    let store = told["stores"].as_array().unwrap().iter().find(|s| s["name"] == "told").unwrap();
    assert_eq!(store["operators"], serde_json::json!(["Exceeded", "Forgiven"]));
    assert_eq!(lookup(Format::Html).matches("class=\"edge lookup\"").count(), 3);
    assert_eq!(lookup(Format::Dot).matches("[style=dashed]").count(), 3);
    assert!(lookup(Format::Svg).contains("told · shared"));
    assert!(lookup(Format::Markdown).contains("| `countries` | read whole by every process for `Exceeded`, `named-country` |"));
}

#[test]
fn sizes_are_estimated_where_somebody_says_what_to_expect() {
    let told = json(lookup(Format::Json));
    let of = |list: &str, name: &str| told[list].as_array().unwrap().iter().find(|s| s["name"] == name).unwrap()["estimate"].clone();
    let size = |bytes: u64, tasks: u64| serde_json::json!({ "total": bytes, "per_partition": bytes / tasks });
    let hourly = of("stores", "per-hour");
    // An hour and five minutes are two windows; the changelog keeps a day more.
    assert_eq!((&hourly["windows"], &hourly["rows"], &hourly["memory"]), (&2.into(), &600_000.into(), &Value::Null));
    assert_eq!((&hourly["disk"], &hourly["changelog"]), (&size(60_000_000, 4), &size(780_000_000, 4)));
    let limits = of("stores", "limits");
    assert_eq!((&limits["disk"], &limits["changelog"]), (&size(60_000_000, 4), &Value::Null), "its topic is its changelog");
    let told_store = of("stores", "told");
    assert_eq!((&told_store["disk"], &told_store["memory"]), (&Value::Null, &size(200_000, 4)));
    assert_eq!(of("topics", "countries")["memory"], size(17_500, 1));
    assert_eq!(told["sizes"], serde_json::json!({ "disk": 120_000_000, "memory": 200_000, "changelog": 780_200_000, "unknown": [] }));
    let page = lookup(Format::Markdown);
    assert!(page.contains("| `per-hour` | 300,000 keys of 60 bytes | 600,000 in 2 windows | 60 MB (15 MB a partition) | – |"), "{page}");
    assert!(document(&all()[0].1, Format::Markdown).contains("Unknown: `users`, `items`, `local-buyers`."));
}

/// rustdoc takes HTML as it is up to the first blank line, and warns of tags that are not closed.
#[test]
fn a_drawing_is_one_line_for_rustdoc() {
    for (name, documents) in all() {
        assert_eq!(document(documents, Format::Svg).lines().count(), 1, "{name}");
    }
}

#[test]
fn the_json_form_is_valid_under_its_schema() {
    let schema = json(JSON_SCHEMA);
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, documents) in all() {
        let errors: Vec<String> =
            validator.iter_errors(&json(document(documents, Format::Json))).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": 2 })));
}

/// The schema says what every field is: nothing comes out that it does not know.
#[test]
fn the_schema_of_the_json_form_knows_every_field() {
    let mut schema = json(JSON_SCHEMA);
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, documents) in all() {
        let errors: Vec<String> = validator.iter_errors(&json(document(documents, Format::Json))).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}
/// `/topology.json` is the same form, with what the brokers have: nothing else is said of what runs than of what is written.
#[test]
fn what_an_application_says_of_itself_is_valid_under_the_schema() {
    let mut schema = json(JSON_SCHEMA);
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let log = EmbeddedLog::new();
    ["shop-de-orders", "shop-fr-orders", "totals"].iter().for_each(|name| log.create_topic(name, 3, TopicConfig::default()).unwrap());
    let found = told(pattern(), &log);
    let lookups = lookups::lookups::topology().without_stores();
    let log = EmbeddedLog::new();
    create_topics(&log, &lookups.plan().declared_deployment()).unwrap();
    for told in [&found, &told(lookups, &log)] {
        let errors: Vec<String> = validator.iter_errors(told).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty() && !told["configuration"].as_array().unwrap().is_empty(), "{errors:#?}");
    }
    assert_eq!(found["topics"][0]["found"], serde_json::json!(["shop-de-orders", "shop-fr-orders"]));
}
/// What is answered while it runs.
fn told(topology: Topology, log: &EmbeddedLog) -> Value {
    // A free port: another program could take it before we do, but none does.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let app = App::new(topology, Config::new().embedded_log(log.clone())).serve_ops(address);
    let token = app.shutdown_token();
    let runs = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(app.run_until(std::future::pending::<()>())).unwrap();
    });
    let ask = |path: &str| ureq::get(format!("http://{address}{path}")).call().ok()?.body_mut().read_to_string().ok();
    while ask("/ready").is_none() {
        assert!(!runs.is_finished(), "it did not start");
        thread::sleep(Duration::from_millis(10));
    }
    let told = ask("/topology.json").unwrap();
    token.cancel();
    runs.join().unwrap();
    json(&told)
}
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties") {
                object.insert("additionalProperties".into(), Value::Bool(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// tests/asyncapi holds the schema that the AsyncAPI initiative publishes, with its licence.
#[test]
fn asyncapi_is_valid_under_its_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("asyncapi/3.0.0.json");
    let validator = jsonschema::options().build(&json(&fs::read_to_string(path).unwrap())).unwrap();
    for (name, documents) in all() {
        let api = json(document(documents, Format::AsyncApi));
        let errors: Vec<String> = validator.iter_errors(&api).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        references(&api, &mut |to| assert!(api.pointer(to.trim_start_matches('#')).is_some(), "{name}: {to} leads nowhere"));
    }
    let mut broken = json(document(&all()[0].1, Format::AsyncApi));
    broken["operations"]["receive-orders"]["action"] = "hear".into();
    assert!(!validator.is_valid(&broken), "the schema does not look at operations");
}
fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(to)) = object.get("$ref") {
                found(to);
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// At sixty nodes a drawing still has to be read: on a page of 1,200 pixels, and without a tangle.
#[test]
fn a_drawing_of_sixty_nodes_is_narrow_and_crosses_few_edges() {
    let page = &all().iter().find(|(name, _)| *name == "shop").map(|(_, documents)| document(documents, Format::Html)).unwrap();
    assert!(shop().plan().nodes.len() >= 60, "{} nodes", shop().plan().nodes.len());
    let numbers = |before: &str, end: char| -> Vec<f64> {
        page.split(before).skip(1).filter_map(|rest| rest.split(end).next()?.parse().ok()).collect()
    };
    let (crossings, widths) = (numbers("data-crossings=\"", '"'), numbers("<svg class=\"drawing\" viewBox=\"0 0 ", ' '));
    assert_eq!(widths.len(), 5, "an overview and four sub-topologies");
    assert!(crossings.iter().sum::<f64>() <= 10.0, "{crossings:?}");
    // Text of 12 px is then drawn with 9 px at least.
    assert!(widths.iter().all(|width| *width <= 1_500.0), "{widths:?}");
}

/// What a viewer reads out of Kafka's text is the plan: each node once, each edge at both of its ends, topics and stores by name.
#[test]
fn a_viewer_reads_the_plan_out_of_the_description() {
    all().iter().for_each(|(name, documents)| is_read_by_viewers(name, documents));
}
fn is_read_by_viewers(name: &str, documents: &Documents) {
    let nodes = parse(document(documents, Format::Describe)).unwrap_or_else(|line| panic!("{name}: {line}"));
    let told = json(document(documents, Format::Json));
    let operators = told["operators"].as_array().unwrap();
    assert_eq!(nodes.values().filter(|n| !n.is_global).count(), operators.len(), "{name}");
    for operator in operators {
        let label = operator["label"].as_str().unwrap();
        let node = &nodes[label];
        let strings = |key: &str| -> Vec<&str> { operator[key].as_array().unwrap().iter().filter_map(Value::as_str).collect() };
        assert_eq!(node.predecessors, strings("inputs"), "{name}: {label}");
        let holds = if node.kind == "Processor" { "stores" } else { "topics" };
        assert_eq!(node.holds, strings(holds), "{name}: {label}");
        assert_eq!(Some(node.sub_topology as u64), operator["sub_topology"].as_u64(), "{name}: {label}");
        for next in &node.successors {
            assert!(nodes[next].predecessors.iter().any(|p| p == label), "{name}: {label} --> {next} has no way back");
        }
    }
    let edges = |of: fn(&Node) -> usize| nodes.values().map(of).sum::<usize>();
    assert_eq!(edges(|n| n.successors.len()), edges(|n| n.predecessors.len()), "{name}");
}

/// Whatever can be built is documented, and its lock is what it says: a topology of every kind of golden vector.
#[test]
fn every_kind_of_topology_is_documented() {
    let json_form = jsonschema::validator_for(&json(JSON_SCHEMA)).unwrap();
    let kinds = conformance::kinds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")).unwrap();
    let mut seen = 0;
    for topology in kinds.iter().filter_map(|(_, scenarios)| conformance::topology(scenarios.first()?).ok()) {
        let (name, documents) = (topology.id(), documents(&topology));
        is_read_by_viewers(name, &documents);
        assert!(json_form.is_valid(&json(document(&documents, Format::Json))), "{name}");
        assert!(document(&documents, Format::Html).contains("<svg class=\"drawing\""), "{name}");
        let lock = Lock::of(&topology);
        assert_eq!(Lock::parse(&lock.to_string()).as_ref(), Ok(&lock), "{name}");
        assert_eq!(lock.compare(&lock), [], "{name}");
        seen += 1;
    }
    assert!(seen > 70, "{seen} topologies");
}

/// For eyes: `KSTREAMS_PAGES=/tmp/pages cargo test -p kstreams-tests --test documents -- --ignored`.
#[test]
#[ignore = "writes pages for people to look at"]
fn pages_are_written_to_be_looked_at() {
    let folder = env::var("KSTREAMS_PAGES").unwrap();
    fs::create_dir_all(&folder).unwrap();
    for (name, documents) in all() {
        for (format, text) in documents {
            fs::write(Path::new(&folder).join(format.file_name(name)), text).unwrap();
        }
    }
}
