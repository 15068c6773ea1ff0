//! No secret of a configuration is told: not over HTTP, not in documents, not in logs, not in errors, not by `Debug`.
#![cfg(all(feature = "macros", feature = "embedded", feature = "ops-http"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    AppError,
    document::Format,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
};
use std::{
    io,
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};
use tracing_subscriber::fmt::MakeWriter;

#[topic(name = "visits", key = String, value = u64, partitions = 2)]
struct Visits;
#[topology(id = "visits")]
fn visits(visits: StreamOf<Visits>) -> StoreOf<String, u64> {
    visits.count("visits-by-key").store()
}

/// What every secret holds.
const SECRET: &str = "hunter2";
/// Properties of librdkafka, and of Java by habit, whose values open something.
const PROPERTIES: [&str; 12] = [
    "sasl.password",
    "sasl.username",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.password",
    "ssl.truststore.password",
    "sasl.oauthbearer.config",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.assertion.private.key.pem",
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "sasl.jaas.config",
    "SASL.PASSWORD",
];
fn secretive(config: Config) -> Config {
    let named = |config: Config, name: &&str| {
        ["", "producer.", "consumer."].iter().fold(config, |c, kind| c.kafka(format!("{kind}{name}"), SECRET))
    };
    let variable = ("KSTREAMS_KAFKA_SSL_KEYSTORE_KEY".to_owned(), SECRET.to_owned());
    PROPERTIES.iter().fold(config, named).overlay([variable, ("KSTREAMS_OPS_TOKEN".to_owned(), SECRET.to_owned())]).unwrap()
}

/// Lines in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);
impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
impl MakeWriter<'_> for Lines {
    type Writer = Lines;
    fn make_writer(&self) -> Lines {
        self.clone()
    }
}
impl Lines {
    /// All lines that there are, once one of them says this.
    fn saying(&self, what: &str) -> String {
        let lines = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        assert!(lines.contains(what), "no line says {what}: {lines}");
        lines
    }
}
fn no_secret(what: &str, text: &str) {
    assert!(!text.is_empty(), "{what} says nothing");
    let line = text.lines().find(|line| line.contains(SECRET));
    assert_eq!(line, None, "{what}");
}
fn run(app: App<StoreOf<String, u64>>) -> Result<kstreams::Closed, AppError> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(app.run_until(std::future::pending::<()>()))
}

#[test]
fn nothing_that_is_told_holds_a_secret() {
    let lines = Lines::default();
    // Workers have threads of their own, so that this is the subscriber of the whole program; its only test is this one.
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).init();
    let config = secretive(Config::new());
    no_secret("Debug", &format!("{config:?} {config:#?}"));
    for format in Format::ALL {
        no_secret(format.name(), &config.document(&visits::topology(), format).unwrap());
    }
    endpoints(&config);
    no_secret("the log", &lines.saying("operations:"));
    #[cfg(feature = "kafka")]
    {
        refusals();
        no_secret("the log of refusals", &lines.saying("from=\"REBALANCING\" to=\"NOT_RUNNING\""));
    }
}
fn endpoints(config: &Config) {
    let log = EmbeddedLog::new();
    create_topics(&log, &visits::topology().plan().declared_deployment()).unwrap();
    // A free port: another program could take it before we do, but none does.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let app = App::new(visits::topology(), config.clone().embedded_log(log)).serve_ops(port).ops_token(SECRET);
    let token = app.shutdown_token();
    let runs = thread::spawn(move || run(app));
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let ask = |path: &str, token: &str| {
        let asked = agent.get(format!("http://127.0.0.1:{port}{path}")).header("Authorization", format!("Bearer {token}"));
        asked.call().map_or((0, String::new()), |mut answer| (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap()))
    };
    while ask("/ready", "").0 != 200 {
        assert!(!runs.is_finished(), "it did not start");
        thread::sleep(Duration::from_millis(10));
    }
    for path in ["/live", "/ready", "/metrics", "/topology", "/topology.json", "/state", "/store/visits-by-key", "/store/none"] {
        let (status, text) = ask(path, SECRET);
        assert_ne!(status, 401, "{path}");
        no_secret(path, &text);
        no_secret(path, &ask(path, "wrong").1);
    }
    token.cancel();
    runs.join().unwrap().unwrap();
}
/// librdkafka refuses most of them as they are here; it would be a pity if the refusal showed them. The others would wait for brokers.
#[cfg(feature = "kafka")]
fn refusals() {
    for property in PROPERTIES.iter().filter(|name| !["sasl.password", "sasl.username"].contains(name)) {
        let state = tempfile::tempdir().unwrap();
        let config = Config::new().bootstrap_servers("127.0.0.1:1").state_dir(state.path()).deadline(Duration::from_millis(10));
        let failed = run(App::new(visits::topology(), config.kafka(*property, SECRET))).unwrap_err();
        assert!(failed.to_string().contains(property), "{failed}");
        no_secret(property, &format!("{failed} {failed:?}"));
    }
}
