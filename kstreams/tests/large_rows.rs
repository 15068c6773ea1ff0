//! A row that its changelog would not take stops its task with a text that says so; the neighbours go on.
use kstreams::{Guarantee, TopicRef, prelude::*, worker::Settings};

fn words() -> impl TopicRef<Key = String, Value = String, Space = Space<String, 2>> {
    named::<Space<String, 2>, String>("words")
}
fn joined() -> Topology {
    let b = Topology::builder("large");
    let all = b.stream(words()).aggregate("all", String::new, |all: &mut String, word: &String| all.push_str(word));
    all.map_values(|all| all.len() as u64).to(named::<Space<String, 2>, u64>("lengths"));
    b.build(())
}

#[test]
fn a_row_over_the_limit_says_store_key_and_way_out() {
    for guarantee in [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce] {
        let settings = Settings { guarantee, commit_interval_ms: 0, max_record_bytes: 100, ..Settings::default() };
        let mut driver = TestDriver::with_settings(joined(), settings);
        driver.input(words()).partition(0).send("a".into(), "x".repeat(60));
        let grow = std::panic::AssertUnwindSafe(|| {
            driver.input(words()).partition(0).send("a".into(), "x".repeat(60));
        });
        let panic = std::panic::catch_unwind(grow).unwrap_err();
        let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        for part in ["task 0_0", "store `all`", "\"a\"", "121 bytes", "takes 100", "`max.message.bytes`"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
}
