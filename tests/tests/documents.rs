//! Documents of the examples, as they were; and that machines can read them.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    Topology,
    document::{Format, JSON_SCHEMA, render},
    lock::Lock,
    prelude::*,
};
use kstreams_examples::{order_analytics, sum, word_count, word_count_processor};
use kstreams_tests::{
    conformance,
    description::{Node, parse},
    shop::shop,
};
use serde_json::Value;
use std::{env, fs, path::Path, sync::OnceLock};

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
    ALL.get_or_init(|| examples().into_iter().chain([("shop", documents(&shop())), ("pattern", documents(&pattern()))]).collect())
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

/// What the repository shows of order-analytics: `KSTREAMS_DRAW=1 cargo test -p kstreams-tests --test documents` writes it anew.
#[test]
fn page_and_drawing_of_order_analytics_are_not_stale() {
    let topology = order_analytics::order_analytics::topology();
    for (path, format) in [("docs/order-analytics.html", Format::Html), ("examples/order-analytics/order-analytics.svg", Format::Svg)] {
        let (kept, now) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path), render(&topology, format).unwrap());
        if env::var_os("KSTREAMS_DRAW").is_some() {
            fs::write(&kept, &now).unwrap();
        }
        assert!(fs::read_to_string(&kept).unwrap_or_default() == now, "{path} is stale: run this with KSTREAMS_DRAW=1");
    }
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
