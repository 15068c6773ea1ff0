//! `store` as a user calls it: a program in a process of its own asks instances that run on the embedded log, over their operations endpoints.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    App, Config, Headers, QueryError, Reader, ShutdownToken,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_tests::clicks::{clicks, devices};
use serde_json::{Value, json};
use std::{
    net::{SocketAddr, TcpListener},
    process::{Command, Output},
    thread::{self, JoinHandle},
    time::Duration,
};

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;
const USERS: usize = 30;

/// What the program said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}
impl Said {
    /// The rows of its table, without the heads.
    fn table(&self) -> Vec<&str> {
        self.out.lines().skip(1).collect()
    }
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
    fn keys(&self) -> Vec<String> {
        self.json()["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap().to_owned()).collect()
    }
}
fn program(line: &str, token: Option<&str>) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clicks"));
    command.args(line.split(' ')).env_remove("KSTREAMS_BOOTSTRAP_SERVERS").env_remove("KSTREAMS_OPS_TOKEN");
    command.envs(token.map(|token| ("KSTREAMS_OPS_TOKEN", token)));
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
}
fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..3_000 {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came");
}
fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
}

/// An instance on its thread, which ends with this value.
struct Instance {
    address: SocketAddr,
    token: ShutdownToken,
    thread: Option<JoinHandle<()>>,
}
impl Instance {
    fn start<Q: Send + 'static>(app: App<Q>, address: SocketAddr) -> Instance {
        let (token, app) = (app.shutdown_token(), app.serve_ops(address));
        let thread = thread::spawn(move || _ = block_on(app.run_until(std::future::pending::<()>())).unwrap());
        Instance { address, token, thread: Some(thread) }
    }
    /// `store`, of it.
    fn ask(&self, line: &str) -> Said {
        self.ask_with(line, None)
    }
    fn ask_with(&self, line: &str, token: Option<&str>) -> Said {
        program(&format!("store {line} --url http://{}", self.address), token)
    }
}
impl Drop for Instance {
    fn drop(&mut self) {
        self.token.cancel();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || thread::panicking());
    }
}
/// A free port: another program could take it before we do, but none does.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
fn settings(log: &EmbeddedLog) -> Config {
    Config::new().embedded_log(log.clone()).commit_interval(Duration::from_millis(20))
}
fn user(number: usize) -> String {
    format!("user-{number:02}")
}
/// Every user clicks once at the beginning; the first one again, a minute and an hour later.
fn clicked() -> EmbeddedLog {
    let log = EmbeddedLog::new();
    create_topics(&log, &clicks::topology().plan().declared_deployment()).unwrap();
    let click =
        |who: usize, at| _ = log.produce("clicks", Some(user(who).as_bytes()), Some(&1u64.to_be_bytes()), at, &Headers::new()).unwrap();
    (0..USERS).for_each(|who| click(who, 0));
    click(0, MINUTE);
    click(0, HOUR + MINUTE);
    log
}
fn counts(reader: &Reader<String, u64>) -> Vec<Result<Option<u64>, QueryError>> {
    (0..USERS).map(|who| block_on(reader.get(&user(who)))).collect()
}
/// One instance that has counted everything.
fn one() -> Instance {
    let log = clicked();
    let app = App::new(clicks::topology(), settings(&log));
    let reader = app.reader(&app.stores().0);
    let instance = Instance::start(app, free());
    until(|| (counts(&reader)[0] == Ok(Some(3)) && counts(&reader)[1..].iter().all(|count| *count == Ok(Some(1)))).then_some(()));
    instance
}
/// Two that share the tasks, with a token if there is one; where the second says that it is, or else where it is.
fn two(token: Option<&str>, second_at: Option<&str>) -> [Instance; 2] {
    let log = clicked();
    let start = |name: &str, said: Option<&str>| {
        let address = free();
        let endpoint = said.map_or_else(|| address.to_string(), str::to_owned);
        let app = App::new(clicks::topology(), settings(&log).instance(name).endpoint(endpoint));
        let app = token.into_iter().fold(app, |app, token| app.ops_token(token));
        let reader = app.reader(&app.stores().0);
        (Instance::start(app, address), reader)
    };
    let (a, of_a) = start("a", None);
    until(|| counts(&of_a).iter().all(Result::is_ok).then_some(()));
    let (b, of_b) = start("b", second_at);
    // Every key is answered by one of the two and named by the other.
    let elsewhere = |reader| counts(reader).iter().filter(|count| matches!(count, Err(QueryError::Elsewhere { .. }))).count();
    until(|| (elsewhere(&of_a) > 0 && elsewhere(&of_b) > 0 && elsewhere(&of_a) + elsewhere(&of_b) == USERS).then_some(()));
    until(|| (answered(&of_a) + answered(&of_b) == USERS as u64 + 2).then_some(()));
    [a, b]
}
fn answered(reader: &Reader<String, u64>) -> u64 {
    counts(reader).into_iter().filter_map(|count| count.ok().flatten()).sum()
}

#[test]
fn rows_are_read_by_key_by_range_and_by_window() {
    let instance = one();
    let table = |line: &str| {
        let said = instance.ask(line);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
        said.table().into_iter().map(|row| row.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(table("get all user-00"), [format!("user-00 3 {}", "1970-01-01T01:01:00Z")]);
    assert_eq!(table("get all nobody"), ["no row"]);
    let epoch = "1970-01-01T00:00:00Z";
    assert_eq!(table("range all --from user-07 --to user-10"), ["user-07", "user-08", "user-09"].map(|user| format!("{user} 1 {epoch}")));
    assert_eq!(table("range all --prefix user-2").len(), 10);
    assert_eq!(table("range all --to user-03").len(), 3);
    assert_eq!(table("range all").len(), USERS);
    let (first, second) = (
        "user-00 1970-01-01T00:00:00Z..1970-01-01T01:00:00Z 2 1970-01-01T00:01:00Z",
        "user-00 1970-01-01T01:00:00Z..1970-01-01T02:00:00Z 1 1970-01-01T01:01:00Z",
    );
    assert_eq!(table("windows hourly user-00"), [first, second]);
    assert_eq!(table("get hourly user-00"), [first, second], "of a windowed store the key has all its windows");
    assert_eq!(table("windows hourly user-00 --from 1"), [second]);
    assert_eq!(table("windows hourly user-00 --to 1970-01-01T00:59:59Z"), [first], "times as people write them, too");
    assert_eq!(table(&format!("windows visits user-00 --from {HOUR}")).len(), 1);
    assert_eq!(
        instance.ask("windows hourly user-00 --from 1 --json").json()["rows"],
        json!([{ "key": "user-00", "window": { "start": HOUR, "end": 2 * HOUR }, "value": 1, "time": HOUR + MINUTE }])
    );
}

#[test]
fn a_limit_is_asked_for_and_said() {
    let instance = one();
    let said = instance.ask("range all --limit 2");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("user-01") && !said.out.contains("user-02") && said.out.contains("there is more"), "{said:?}");
    let json = instance.ask("range all --limit 2 --json");
    assert_eq!((json.keys(), &json.json()["complete"]), (vec![user(0), user(1)], &json!(false)));
    let all = instance.ask("range all --limit 1000");
    assert_eq!((all.table().len(), all.out.contains("there is more")), (USERS, false));
    let too_many = instance.ask("range all --limit 1001");
    assert!(too_many.code == 2 && too_many.err.contains("1..=1000"), "{too_many:?}");
}

#[test]
fn keys_are_read_and_shown_as_it_is_said() {
    let log = EmbeddedLog::new();
    create_topics(&log, &devices::topology().plan().declared_deployment()).unwrap();
    for device in [7u64, 258, 258] {
        log.produce("devices", Some(&device.to_be_bytes()), Some(&1u64.to_be_bytes()), 0, &Headers::new()).unwrap();
    }
    let app = App::new(devices::topology(), settings(&log));
    let reader = app.reader(app.stores());
    let instance = Instance::start(app, free());
    until(|| (block_on(reader.get(&kstreams_tests::clicks::Device(258))) == Ok(Some(2))).then_some(()));
    let rows = |line: &str| instance.ask(&format!("{line} --json")).json()["rows"].clone();
    assert_eq!(rows("get per-device 258"), json!([]), "read as text it is another key");
    assert_eq!(rows("get per-device 258 --as u64"), json!([{ "key": 258, "value": 2, "time": 0 }]));
    assert_eq!(rows("get per-device 0x0000000000000102 --as hex"), json!([{ "key": "0x0000000000000102", "value": 2, "time": 0 }]));
    assert_eq!(rows("range per-device --from 8 --as u64")[0]["key"], 258);
    let wrong = instance.ask("get per-device ann --as u64");
    assert!(wrong.code == 1 && wrong.err.contains("`ann` is not written as u64"), "{wrong:?}");
    let unknown = instance.ask("get per-device ann --as words");
    assert!(unknown.code == 2 && unknown.err.contains("possible values: utf8, u64, i64, u32, i32, hex"), "{unknown:?}");
}

#[test]
fn what_another_instance_has_is_asked_there() {
    let [a, b] = two(None, None);
    let users: Vec<String> = (0..USERS).map(user).collect();
    for instance in [&a, &b] {
        let said = instance.ask("range all --json");
        let json = said.json();
        assert_eq!((said.code, said.keys()), (0, users.clone()), "in one order, each once");
        assert_eq!((&json["complete"], &json["missing"], &json["partitions"]), (&json!(true), &json!([]), &json!([0, 1, 2, 3])));
        let few = instance.ask("range all --limit 5 --json");
        assert_eq!((few.keys(), &few.json()["complete"]), (users[..5].to_vec(), &json!(false)), "the first ones of both");
        let found: Vec<usize> = users.iter().map(|user| instance.ask(&format!("get all {user}")).table().len()).collect();
        assert_eq!(found, [1; USERS]);
        assert_eq!(instance.ask("windows hourly user-00").table().len(), 2);
    }
}

#[test]
fn an_answer_that_lacks_partitions_says_so_and_has_another_exit_code() {
    let [a, b] = two(None, Some("127.0.0.1:1"));
    let part = a.ask("range all");
    assert!(part.code == 3 && part.err.is_empty() && part.out.contains("user-"), "{part:?}");
    let lines: Vec<&str> = part.out.lines().filter(|line| line.starts_with("! partition ")).collect();
    assert!(lines.len() == 2 && lines.iter().all(|line| line.contains("127.0.0.1:1 does not answer")), "{part:?}");
    let json = a.ask("range all --json");
    assert_eq!((json.code, json.json()["missing"].as_array().unwrap().len()), (3, 2));
    assert_eq!(b.ask("range all").code, 0, "the first one is where it says");
}

#[test]
fn a_token_goes_to_the_named_instance_and_to_others_only_if_it_is_said() {
    let [a, _b] = two(Some("s3cret"), None);
    let closed = a.ask("range all");
    assert!(closed.code == 1 && closed.err.contains("KSTREAMS_OPS_TOKEN") && !closed.err.contains("s3cret"), "{closed:?}");
    let part = a.ask_with("range all", Some("s3cret"));
    assert!(part.code == 3 && part.table().len() < USERS, "{part:?}");
    assert!(part.out.contains("gave no answer") && part.out.contains("--token-for-others"), "{part:?}");
    let all = a.ask_with("range all --token-for-others", Some("s3cret"));
    assert!(all.code == 0 && all.table().len() == USERS, "{all:?}");
}

#[test]
fn what_cannot_be_asked_says_the_way_out() {
    let instance = one();
    let says = |line: &str, text: &str| {
        let said = instance.ask(line);
        assert!(said.code == 1 && said.out.is_empty() && said.err.contains(text) && !said.err.contains('{'), "{said:?}");
        let json: Value = serde_json::from_str(&instance.ask(&format!("{line} --json")).err).unwrap();
        assert!(json["error"].as_str().unwrap().contains(text), "{json}");
    };
    says("get daily ann", "no store `daily`; there are: all, hourly, visits");
    says("windows all ann", "has no windows");
    let noon = instance.ask("windows hourly ann --from noon");
    assert!(noon.code == 2 && noon.err.contains("as 2026-01-31T12:00:00Z"), "{noon:?}");
    let nobody = program("store get all ann --url http://127.0.0.1:1", None);
    assert!(nobody.code == 1 && nobody.err.contains("Is it where the instance serves its operations?"), "{nobody:?}");
}

#[test]
fn the_topology_that_is_named_is_meant() {
    assert!(program("describe", None).out.contains("clicks"));
    let other = program("describe --topology devices", None).out;
    assert!(other.contains("per-device") && !other.contains("hourly"), "{other}");
}
