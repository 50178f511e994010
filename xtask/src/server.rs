//! The server: built, started, waited for.

use crate::command::{cargo, check, line, run};
use crate::paths::{Profile, target_dir};
use crate::step::step;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A first start makes the database; a second one may have a journal to read after a crash.
const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Builds the `headwater` binary and returns its path.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let optimise: &[&str] = if profile == Profile::Release { &["--release"] } else { &[] };
    compile(&[&["--package", "server", "--bin", "headwater"], optimise].concat())?;
    binary(profile)
}

/// The same beside the crates' tests, which are built already: their own dependencies turn on features that the server
/// alone does without, and building it alone would build much of the tree again.
pub fn build_with_tests() -> Result<PathBuf> {
    compile(&["--bins", "--tests"])?;
    binary(Profile::Debug)
}

/// Builds the release and the `bench` program; returns their paths. In one call, because they share most of the tree.
pub fn build_with_bench() -> Result<(PathBuf, PathBuf)> {
    let packages = ["--package", "server", "--bin", "headwater", "--package", "bench", "--bin", "bench"];
    compile(&[&packages[..], &["--release"]].concat())?;
    Ok((binary(Profile::Release)?, program(Profile::Release, "bench")?))
}

fn compile(what: &[&str]) -> Result<()> {
    step("server: compile", || run(cargo().arg("build").args(what)))
}

fn binary(profile: Profile) -> Result<PathBuf> {
    program(profile, "headwater")
}

fn program(profile: Profile, name: &str) -> Result<PathBuf> {
    let binary = target_dir().join(profile.folder()).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    binary.canonicalize().with_context(|| format!("cargo made no {}", binary.display()))
}

/// Becomes `headwater demo`, with data made anew: the same history each time.
pub fn become_demo(binary: &Path, addr: &str) -> Result<()> {
    let data = Path::new("target/demo");
    if data.exists() {
        std::fs::remove_dir_all(data).context("cannot clear target/demo; is a demo running?")?;
    }
    become_program(Command::new(binary).args(["demo", "--addr", addr, "--data-dir"]).arg(data))
}

/// Becomes `headwater serve`, with data that stays.
pub fn become_server(binary: &Path, addr: &str) -> Result<()> {
    become_program(&mut serve(binary, addr))
}

fn serve(binary: &Path, addr: &str) -> Command {
    let mut command = Command::new(binary);
    command.args(["serve", "--addr", addr, "--data-dir", "headwater-data"]);
    command
}

/// The server takes this process' place: Ctrl-C, signals, output and exit code are its own, and it says when it is ready.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start `{}`", line(command)))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    run(command)
}

/// A server beside us, for `dev`.
pub struct Running {
    child: Child,
    line: String,
}

impl Running {
    /// Starts `headwater serve` and waits until it answers; if it ends before that, it has said why.
    pub fn start(binary: &Path, addr: &str) -> Result<Self> {
        let mut command = serve(binary, addr);
        let line = line(&command);
        let child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
        let mut running = Self { child, line };
        running.wait_until_ready(addr)?;
        Ok(running)
    }

    fn wait_until_ready(&mut self, addr: &str) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < READY_WITHIN {
            let answers = is_ready(addr);
            // Asked after the answer: another server on the same port answers, too, and ours ends because of it.
            if let Some(status) = self.child.try_wait()? {
                check(self.line.clone(), status)?;
                bail!("the server ended before it was ready");
            }
            if answers {
                return Ok(());
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        bail!("the server was not ready within {} s", READY_WITHIN.as_secs())
    }

    /// Asks the server to end, and sees to it that it does.
    pub fn stop(mut self) -> Result<()> {
        #[cfg(unix)]
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let start = Instant::now();
        while cfg!(unix) && start.elapsed() < STOPPED_WITHIN {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    /// Leaves no server behind when a build ends in an error; one that ended already is no failure.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether `GET /healthz` is answered with 200.
fn is_ready(addr: &str) -> bool {
    healthz(addr).is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn healthz(addr: &str) -> Result<String> {
    let address = addr.to_socket_addrs()?.next().context("no such address")?;
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    // In one piece: an answer to the first piece of several would reset the connection under the others.
    stream.write_all(format!("GET /healthz HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// A server for one request.
    fn answer_once(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let read = stream.read(&mut request).unwrap();
            assert!(request[..read].starts_with(b"GET /healthz "));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        addr
    }

    #[test]
    fn ready_means_200() {
        assert!(is_ready(&answer_once("HTTP/1.1 200 OK\r\n\r\nok")));
        assert!(!is_ready(&answer_once("HTTP/1.1 503 Service Unavailable\r\n\r\n")));
        assert!(!is_ready("127.0.0.1:1"));
        assert!(!is_ready("nonsense"));
    }
}
