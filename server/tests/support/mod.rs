//! Starts the real binary on a folder of its own and talks to it in plain HTTP, so that tests can also send what no
//! well-behaved client would.

#![allow(dead_code, reason = "each test file uses its own part")]

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The binary under test.
pub const HEADWATER: &str = env!("CARGO_BIN_EXE_headwater");

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
        let mut child = Command::new(HEADWATER)
            .args(["serve", "--addr", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
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
    pub fn kill(mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process ends");
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
        let dir = TempDir::new().expect("a temporary folder");
        let server = Server::start(dir.path());
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
