//! Starts the real binary on a folder of its own and talks to it in plain HTTP, so that tests can also send what no
//! well-behaved client would.

#![allow(dead_code, reason = "each test file uses its own part")]

#[cfg(target_os = "linux")]
pub mod fault;
pub mod load;

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// The binary under test.
pub const HEADWATER: &str = env!("CARGO_BIN_EXE_headwater");

/// How long tests wait for what must come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
pub struct Server {
    child: Child,
    pub addr: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

impl Server {
    /// Starts on a free port; returns once it says where it listens.
    pub fn start(data_dir: &Path) -> Self {
        Self::start_with(data_dir, &[])
    }

    /// The same with more arguments.
    pub fn start_with(data_dir: &Path, args: &[&str]) -> Self {
        Self::spawn(Command::new(HEADWATER), data_dir, args)
    }

    /// The same by a command that becomes the binary.
    pub fn spawn(mut command: Command, data_dir: &Path, args: &[&str]) -> Self {
        let mut child = command
            .args(["serve", "--addr", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout is piped")).read_line(&mut line).expect("a line");
        let addr = line.trim().trim_end_matches('/').rsplit("//").next().unwrap_or_default().to_owned();
        assert!(addr.starts_with("127.0.0.1:"), "unexpected first line: {line}");
        Self { child, addr }
    }

    /// What a power cut leaves no time for.
    pub fn kill(&mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process ends");
    }

    /// Its number in the operating system.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as a service manager does; it goes on until what is under way has ended.
    pub fn ask_to_stop(&self) {
        use rustix::process::{Pid, Signal, kill_process};
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, Signal::TERM).expect("the process can be asked");
    }

    /// Asks it to stop and waits until it has, which must go well.
    pub fn stop(mut self) {
        self.ask_to_stop();
        let status = self.child.wait().expect("the process ends");
        assert!(status.success(), "{status}");
    }

    /// A connection for tests that speak byte by byte. What never comes fails the test instead of hanging it.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.addr).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time-out");
        stream
    }

    /// Sends a body in chunks, without announcing its length.
    pub fn send_chunked(&self, path: &str, headers: &[String], body: &[u8]) -> Answer {
        let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.addr);
        let mut bytes = format!("{head}{}\r\nTransfer-Encoding: chunked\r\n\r\n", headers.join("\r\n")).into_bytes();
        for chunk in body.chunks(100) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        self.exchange(&bytes, false)
    }

    /// Sends a request with these header lines and a body of announced length.
    pub fn send(&self, method: &str, path: &str, headers: &[String], body: &[u8]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.addr);
        for header in headers {
            head.push_str(header);
            head.push_str("\r\n");
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        self.exchange(&[head.as_bytes(), body].concat(), false)
    }

    /// Sends these bytes, closes the sending side, reads what comes back.
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        self.exchange(bytes, true)
    }

    fn exchange(&self, bytes: &[u8], hang_up: bool) -> Answer {
        let mut stream = TcpStream::connect(&self.addr).expect("the server listens");
        // A server may answer and close before it has read everything; the answer still counts.
        let _ = stream.write_all(bytes);
        if hang_up {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        parse(&answer)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// A tracking call with Basic authentication.
    pub fn post(&self, path: &str, write_key: &str, body: impl AsRef<[u8]>) -> Answer {
        self.send("POST", path, &[basic(write_key)], body.as_ref())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The `Authorization` line of a write key.
pub fn basic(write_key: &str) -> String {
    use base64::Engine;
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{write_key}:"));
    format!("Authorization: Basic {credentials}")
}

/// A server on a fresh folder, and a source in it that was created by the command line meanwhile.
pub struct Fixture {
    pub dir: TempDir,
    pub server: Server,
    pub slug: String,
    pub write_key: String,
}

impl Fixture {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more arguments for the server.
    pub fn start_with(args: &[&str]) -> Self {
        Self::start_by(Command::new(HEADWATER), TempDir::new().expect("a temporary folder"), args)
    }

    /// The same in that folder, by a command that becomes the binary.
    pub fn start_by(command: Command, dir: TempDir, args: &[&str]) -> Self {
        let server = Server::spawn(command, dir.path(), args);
        let made = headwater(dir.path(), &["source", "create", "--name", "Shop", "--kind", "http-api", "--json"]);
        let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let text = |key: &str| made[key].as_str().expect("a text").to_owned();
        Self { slug: text("slug"), write_key: text("write_key"), dir, server }
    }

    /// `headwater overview … --json`
    pub fn overview(&self) -> Value {
        let output = headwater(self.dir.path(), &["overview", &self.slug, "--range", "1h", "--json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// `headwater events … --json`
    pub fn events(&self, args: &[&str]) -> Vec<Value> {
        let output = headwater(self.dir.path(), &[&["events", &self.slug, "--json"], args].concat());
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The latest event's report.
    pub fn latest(&self) -> Value {
        self.events(&["--limit", "1"]).pop().expect("an event")
    }

    /// Stops the server, so that everything is written, and gives `headwater unattributed --json`: kind, key and requests.
    pub fn stop_and_unattributed(self) -> Vec<(String, String, u64)> {
        let Self { dir, server, .. } = self;
        server.stop();
        let output = headwater(dir.path(), &["unattributed", "--json"]);
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
        let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
        rows.iter().map(|row| (text(row, "kind"), text(row, "key"), row["requests"].as_u64().unwrap_or(0))).collect()
    }

    pub fn step(&self, step: &str) -> u64 {
        self.overview()["steps"][step].as_u64().expect("a count")
    }
}

/// Runs a command beside the server and expects it to succeed.
pub fn headwater(data_dir: &Path, args: &[&str]) -> Output {
    let output = headwater_raw(data_dir, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Runs a command beside the server.
pub fn headwater_raw(data_dir: &Path, args: &[&str]) -> Output {
    Command::new(HEADWATER).args(args).arg("--data-dir").arg(data_dir).output().expect("the binary starts")
}

fn parse(answer: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { dechunk(body) } else { body.to_owned() };
    Answer { status, head: head.to_owned(), body }
}

/// Lengths count bytes; pages hold more than ASCII.
fn dechunk(body: &str) -> String {
    let mut rest = body.as_bytes();
    let mut text = Vec::new();
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|hex| usize::from_str_radix(hex.trim(), 16).ok());
        let Some(size) = size.filter(|size| *size > 0 && rest.len() >= end + 2 + size) else { break };
        text.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Received is the sum of what became of it, whatever came.
pub fn assert_ledger(overview: &Value) {
    let step = |name: &str| overview["steps"][name].as_u64().expect("a count");
    let sum = step("failed_on_ingest") + step("filtered_at_source") + step("eligible");
    assert_eq!(step("received"), sum, "{overview}");
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}
