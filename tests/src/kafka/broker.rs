//! A Kafka broker in a process of its own, on free ports of the loopback interface, with its data in a temporary folder.
use super::{
    client::Client,
    jars::{Missing, class_path, settings_folder},
};
use std::{
    env, fs,
    io::{self, Write},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A running broker. It ends with this value, and with the test program however that ends.
pub struct Broker {
    folder: TempDir,
    class_path: String,
    port: u16,
    process: Option<Child>,
}
/// From the start of the process until it answers.
const PATIENCE: Duration = Duration::from_secs(90);
const MAIN: &str = "kafka.Kafka";
/// The shell waits until its standard input ends: when the test program is gone, however it went, so is the broker.
const UNTIL_WE_ARE_GONE: &str = r#""$@" </dev/null & broker=$!; cat >/dev/null; kill -9 $broker"#;

/// The test program's broker, started by the first test that asks. `None`: this machine cannot run one, and the test is to be skipped; that is
/// said on standard error, and with `CI=true` it is a failure.
///
/// # Panics
/// If it does not start though it could, or could not with `CI=true`.
pub fn broker() -> Option<&'static Broker> {
    static BROKER: OnceLock<Option<Broker>> = OnceLock::new();
    BROKER.get_or_init(fresh_broker).as_ref()
}
/// A broker without topics and groups, for this caller alone; `None` and panics as [`broker`]'s.
///
/// # Panics
/// As there.
pub fn fresh_broker() -> Option<Broker> {
    let class_path = class_path_or_skip("broker")?;
    Some(Broker::start(class_path).unwrap_or_else(|e| panic!("the broker does not start: {e}")))
}
/// `None`: there is no Java or no Maven here, and it has been said; with `CI=true` that is a failure.
pub(super) fn class_path_or_skip(folder: &str) -> Option<String> {
    match class_path(folder) {
        Ok(class_path) => Some(class_path),
        Err(Missing(reason)) if env::var_os("CI").is_some_and(|ci| ci == "true") => panic!("no broker, and CI=true: {reason}"),
        Err(Missing(reason)) => {
            // Not `eprintln!`, which is kept back for tests that pass.
            let _ = writeln!(io::stderr(), "SKIPPED, there is no broker: {reason}");
            None
        }
    }
}

impl Broker {
    fn start(class_path: String) -> Result<Broker, String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let [port, controller] = free_ports().map_err(|e| e.to_string())?;
        write_settings(folder.path(), port, controller).map_err(|e| e.to_string())?;
        let mut broker = Broker { folder, class_path, port, process: None };
        broker.format()?;
        broker.run()?;
        Ok(broker)
    }
    /// Where it listens.
    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
    /// A client for its topics.
    pub fn client(&self) -> Client {
        Client::new(self.bootstrap())
    }

    fn java(&self, main: &str) -> Vec<String> {
        let log = format!("-Dlog4j2.configurationFile={}", settings_folder().join("log4j2.yaml").display());
        ["java", "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", &log, "-cp", &self.class_path, main]
            .map(str::to_owned)
            .to_vec()
    }
    fn settings(&self) -> String {
        self.folder.path().join("server.properties").display().to_string()
    }
    fn format(&self) -> Result<(), String> {
        let java = self.java("kafka.tools.StorageTool");
        let mut tool = Command::new(&java[0]);
        tool.args(&java[1..]).args(["format", "--cluster-id", "MkU3OEVBNTcwNTJENDM2Qk", "--config", &self.settings()]);
        let ran = tool.output().map_err(|e| e.to_string())?;
        if ran.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&ran.stderr).into_owned()) }
    }
    fn run(&mut self) -> Result<(), String> {
        let log = fs::File::create(self.log()).map_err(|e| e.to_string())?;
        let mut shell = Command::new("sh");
        shell.args(["-c", UNTIL_WE_ARE_GONE, "sh"]).args(self.java(MAIN)).arg(self.settings());
        shell.stdin(Stdio::piped()).stdout(log.try_clone().map_err(|e| e.to_string())?).stderr(log);
        self.process = Some(shell.spawn().map_err(|e| e.to_string())?);
        self.wait()
    }
    fn log(&self) -> std::path::PathBuf {
        self.folder.path().join("broker.log")
    }
    fn wait(&mut self) -> Result<(), String> {
        let (client, until) = (self.client(), Instant::now() + PATIENCE);
        while Instant::now() < until {
            let ended = self.process.as_mut().and_then(|process| process.try_wait().ok().flatten());
            if ended.is_none() && client.answers() {
                return Ok(());
            }
            if ended.is_some() {
                break;
            }
        }
        Err(format!("it does not answer; it says:\n{}", fs::read_to_string(self.log()).unwrap_or_default()))
    }
}
impl Drop for Broker {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.stdin.take());
            // Gone already, or gone soon: nothing is left to be done about it here.
            let _ = process.wait();
        }
    }
}

/// Both at once, so that they differ.
fn free_ports() -> io::Result<[u16; 2]> {
    let sockets = [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
    Ok([sockets[0].local_addr()?.port(), sockets[1].local_addr()?.port()])
}
fn write_settings(folder: &Path, port: u16, controller: u16) -> io::Result<()> {
    let data = folder.join("data");
    let own = format!(
        "listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         log.dirs={}\n",
        data.display()
    );
    let shared = fs::read_to_string(settings_folder().join("server.properties"))?;
    fs::write(folder.join("server.properties"), own + &shared)
}
