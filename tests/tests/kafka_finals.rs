//! Final results on a real broker: the clock that closed their windows comes back with the committed offsets, and each result comes once.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Slot, Topology, prelude::*};
use kstreams_tests::kafka::{Client, Running, broker};
use std::time::Duration;

#[topic(name = "numbers", key = String, value = u64, partitions = 1)]
struct Numbers;
#[topic(name = "finals", key = String, value = u64, partitions = 1)]
struct Finals;

/// Sums of ten minutes. A 0 deletes: it closes windows and leaves no row that would tell so.
fn topology(id: &str) -> Topology {
    let b = Topology::builder(id);
    let add = |sum: &mut u64, n: &u64| {
        *sum += n;
        if *n == 0 { Slot::Delete } else { Slot::Keep }
    };
    let sums = b.stream(Numbers).windowed_by(tumbling(minutes(10))).emit_final();
    sums.aggregate(stored("sums").retention(days(1)), || 0, add).to_stream().unwindow().present().to(Finals);
    b.build(())
}
fn finals(client: &Client, prefix: &str) -> Vec<u64> {
    let records = client.read(&format!("{prefix}finals"));
    records.into_iter().map(|r| u64::from_be_bytes(r.value.unwrap().try_into().unwrap())).collect()
}

#[test]
fn final_results_come_once_though_the_disk_is_lost_between_two_runs() {
    let Some(broker) = broker() else { return };
    for (id, is_exact) in [("finals-alo", false), ("finals-eos", true)] {
        let (client, prefix) = (broker.client(), format!("{id}."));
        ["numbers", "finals"].iter().for_each(|topic| client.create(&format!("{prefix}{topic}"), 1));
        let writer = client.writer();
        let write = |minute: i64, n: u64| writer.write(&format!("{prefix}numbers"), Some(b"a"), Some(&n.to_be_bytes()), minute * 60_000);
        let run_until = |expected: &[u64]| {
            let disk = tempfile::tempdir().unwrap();
            let config = Config::new().bootstrap_servers(broker.bootstrap()).topic_prefix(&prefix).state_dir(disk.path());
            let config = config.commit_interval(Duration::from_millis(50));
            let config = if is_exact { config.exactly_once() } else { config };
            let app = Running::start(App::new(topology(id), config));
            app.wait_until(&format!("{expected:?}"), || (finals(&client, &prefix) == expected).then_some(()));
            app.finish().unwrap();
        };
        write(1, 5);
        write(60, 0);
        writer.flush();
        run_until(&[5]);
        write(61, 0);
        write(62, 3);
        write(300, 0);
        writer.flush();
        run_until(&[5, 3]);
    }
}
