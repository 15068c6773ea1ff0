//! The configuration: what variables do, what is refused, what is printed.
use super::*;

fn overlaid(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::new().overlay(variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
}

#[test]
fn variables_win_over_code() {
    let config = Config::new().threads(2).commit_interval(Duration::from_secs(9));
    let variables = [("KSTREAMS_THREADS", "4"), ("KSTREAMS_GUARANTEE", "exactly_once"), ("KSTREAMS_KAFKA_PRODUCER_LINGER_MS", "5")];
    let config = config.overlay(variables.map(|(n, v)| (n.to_owned(), v.to_owned()))).unwrap();
    assert_eq!((config.threads, config.settings().guarantee), (4, Guarantee::ExactlyOnce));
    assert_eq!(config.settings().commit_interval_ms, 9_000);
    assert_eq!(config.kafka.get("producer.linger.ms").map(String::as_str), Some("5"));
}

#[test]
fn the_guarantee_says_how_often_commits_are() {
    assert_eq!(Config::new().settings().commit_interval_ms, 30_000);
    assert_eq!(Config::new().exactly_once().settings().commit_interval_ms, 100);
}

#[test]
fn budgets_are_split_over_workers() {
    let settings = Config::new().threads(4).state_bytes(64 << 20).settings();
    assert_eq!((settings.state_bytes, settings.open_state_bytes), (16 << 20, 4 << 20));
}

#[test]
fn unknown_variables_are_errors_that_name_the_known_ones() {
    let text = overlaid(&[("KSTREAMS_TREADS", "4")]).unwrap_err().to_string();
    assert!(text.starts_with("KSTREAMS_TREADS is not a setting. There are: KSTREAMS_BOOTSTRAP_SERVERS, "), "{text}");
    assert!(overlaid(&[("OTHERS_TREADS", "4")]).is_ok());
}

#[test]
fn values_that_do_not_fit_are_errors_that_say_what_would() {
    for (name, value, expected) in [
        ("KSTREAMS_THREADS", "0", "a number above 0"),
        ("KSTREAMS_COMMIT_INTERVAL_MS", "1s", "milliseconds"),
        ("KSTREAMS_GUARANTEE", "exactly", "exactly_once or at_least_once"),
        ("KSTREAMS_BAD_RECORDS", "dead_letter:", "fail, skip or dead_letter:<topic>"),
        ("KSTREAMS_FROM", "now", "earliest or latest"),
    ] {
        let text = overlaid(&[(name, value)]).unwrap_err().to_string();
        assert_eq!(text, format!("{name}={value}: expected {expected}"));
    }
}

#[test]
fn every_known_variable_takes_a_value() {
    let values = ["5", "true", "exactly_once", "skip", "latest", "a:1"];
    for name in known_names() {
        assert!(values.iter().any(|value| overlaid(&[(&name, value)]).is_ok()), "{name}");
    }
}
fn known_names() -> Vec<String> {
    let text = overlaid(&[("KSTREAMS_?", "")]).unwrap_err().to_string();
    text.split([' ', ',']).filter(|word| word.starts_with("KSTREAMS_") && !word.contains(['?', '<', ')'])).map(str::to_owned).collect()
}

#[test]
fn secrets_are_not_printed() {
    let config = Config::new().kafka("sasl.password", "hunter2").kafka("consumer.ssl.key.password", "hunter3").kafka("linger.ms", "5");
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter"), "{shown}");
    assert!(shown.contains(r#""linger.ms": "5""#), "{shown}");
}

#[cfg(feature = "document")]
#[test]
fn documents_list_every_setting_with_its_default() {
    let config = Config::new().kafka("sasl.password", "hunter2").kafka("bootstrap.servers", "b:9092");
    let topology = crate::Topology::builder("example").build(());
    let text = config.document(&topology, crate::document::Format::Json).unwrap();
    known_names().iter().for_each(|name| assert!(text.contains(&format!("\"{name}\"")), "{name}"));
    assert!(!text.contains("hunter2") && text.contains("b:9092"), "{text}");
}

#[test]
fn a_dead_letter_topic_is_one_of_the_topics() {
    let config = overlaid(&[("KSTREAMS_BAD_RECORDS", "dead_letter:dlq")]).unwrap();
    assert_eq!(config.topic_options().dead_letter.as_deref(), Some("dlq"));
}
