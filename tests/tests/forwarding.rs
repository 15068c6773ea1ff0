//! The example `queries`, on the embedded log and on a real broker: any instance answers for any word, for those of the other one by asking it, and
//! while instances come and go no answer is a wrong one.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    Config, Headers,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::queries::{asked, instance, word_service};
use kstreams_tests::kafka::broker;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// Each comes as often as its place says; one has what an address has to escape.
const WORDS: [&str; 12] =
    ["wine", "cider", "cheese", "bread", "vase", "lamp", "scarf", "hat", "moka pot", "crème brûlée", "50 % off?", "and/or"];
const PATIENCE: Duration = Duration::from_secs(60);

fn times() -> impl Iterator<Item = (&'static str, u64)> {
    WORDS.into_iter().zip(1..)
}
fn each_as_often_as_it_comes(mut write: impl FnMut(&str)) {
    times().for_each(|(word, times)| (0..times).for_each(|_| write(word)));
}

struct Instance {
    endpoint: String,
    stop: oneshot::Sender<()>,
    runs: JoinHandle<Result<(), String>>,
}
impl Instance {
    async fn start(config: Config) -> Instance {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (endpoint, (stop, stopped)) = (listener.local_addr().unwrap().to_string(), oneshot::channel());
        let until = async { drop(stopped.await) };
        let config = config.exactly_once().commit_interval(Duration::from_millis(50));
        let runs = tokio::spawn(async { instance(config, listener, until).await.map_err(|e| e.to_string()) });
        Instance { endpoint, stop, runs }
    }
    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.runs.await.unwrap().unwrap();
    }
    /// The status, and what is said.
    async fn ask(&self, word: &str, more: &str) -> (u16, String) {
        let word = utf8_percent_encode(word, NON_ALPHANUMERIC);
        let (status, text) = asked(format!("http://{}/count/{word}{more}", self.endpoint)).await;
        (status.as_u16(), text)
    }
    /// The count of a word and who has it; `None`: it says that it cannot tell now.
    async fn count(&self, word: &str) -> Option<(u64, String)> {
        let (status, text) = self.ask(word, "").await;
        match status {
            200 => {
                let said: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(said["word"], word);
                Some((said["count"].as_u64().unwrap(), said["instance"].as_str().unwrap().to_owned()))
            }
            // On its way, at somebody who does not know yet, or at somebody who has gone.
            503 | 421 | 502 => None,
            other => panic!("{word}: {other}: {text}"),
        }
    }
    /// Who has each word, if all of them are answered for.
    async fn whose(&self) -> Option<Vec<String>> {
        let mut whose = vec![];
        let mut all = true;
        for (word, times) in times() {
            match self.count(word).await {
                Some((count, instance)) => {
                    assert_eq!(count, times, "{word}: an answer is right or it is none");
                    whose.push(instance);
                }
                None => all = false,
            }
        }
        all.then_some(whose)
    }
}

/// What comes and goes on a log, given how an instance of this name is configured.
async fn instances_come_and_go(config: impl Fn(&str) -> Config) {
    let since = Instant::now();
    let pause = || async {
        assert!(since.elapsed() < PATIENCE, "it never came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let a = Instance::start(config("a")).await;
    for (word, times) in times() {
        while a.count(word).await.is_none_or(|(count, _)| count < times) {
            pause().await;
        }
    }
    let b = Instance::start(config("b")).await;
    let both = BTreeSet::from([a.endpoint.clone(), b.endpoint.clone()]);
    let whose = loop {
        let (by_a, by_b) = (a.whose().await, b.whose().await);
        match by_a.filter(|by_a| by_b.as_ref() == Some(by_a)) {
            Some(whose) if BTreeSet::from_iter(whose.iter().cloned()) == both => break whose,
            _ => pause().await,
        }
    };
    for ((word, _), owner) in times().zip(&whose) {
        let (has, has_not) = if *owner == a.endpoint { (&a, &b) } else { (&b, &a) };
        assert_eq!(has.ask(word, "/here").await.0, 200, "{word}");
        let (status, text) = has_not.ask(word, "/here").await;
        assert!(status == 421 && text.contains(owner), "what is forwarded goes no further: {status} {text}");
    }
    b.stop().await;
    while a.whose().await.is_none_or(|whose| whose.iter().any(|owner| *owner != a.endpoint)) {
        pause().await;
    }
    a.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_instance_answers_for_any_word_on_the_embedded_log() {
    let log = EmbeddedLog::new();
    create_topics(&log, &word_service::topology().plan().declared_deployment()).unwrap();
    each_as_often_as_it_comes(|word| _ = log.produce("words", Some(word.as_bytes()), Some(b""), 0, &Headers::new()).unwrap());
    instances_come_and_go(|name| Config::new().embedded_log(log.clone()).instance(name)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_instance_answers_for_any_word_on_a_broker() {
    let Some(broker) = broker() else { return };
    broker.client().create("words", 4);
    let writer = broker.client().writer();
    each_as_often_as_it_comes(|word| writer.write("words", Some(word.as_bytes()), Some(b""), 0));
    writer.flush();
    let disk = tempfile::tempdir().unwrap();
    let config = |name: &str| Config::new().bootstrap_servers(broker.bootstrap()).instance(name).state_dir(disk.path().join(name));
    instances_come_and_go(config).await;
}
