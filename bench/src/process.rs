//! The processes that are measured: started, asked what they cost, stopped.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Ticks of the times in `/proc`: a second has 100 of them on every Linux.
const TICKS: f64 = 100.0;

/// A server in a process of its own.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
    /// From its start to the first answer.
    pub first_answer: Duration,
    /// Held open: a server whose output nobody reads would break.
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    /// `headwater serve` on a data folder.
    ///
    /// # Errors
    /// It does not start.
    pub fn headwater(binary: &Path, data_dir: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(["serve", "--addr", "127.0.0.1:0", "--data-dir"]).arg(data_dir);
        // What was slow, and why, is said among the measurement's own lines.
        Self::start(command.env("HEADWATER_LOG", "warn"))
    }

    /// A ceiling: this program again.
    ///
    /// # Errors
    /// It does not start.
    pub fn ceiling(name: &str) -> Result<Self> {
        Self::start(Command::new(std::env::current_exe()?).args(["ceiling", name]))
    }

    fn start(command: &mut Command) -> Result<Self> {
        let begin = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut stdout = BufReader::new(child.stdout.take().context("a pipe")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let addr = line.trim().trim_end_matches('/').rsplit("http://").next().and_then(|addr| addr.parse().ok());
        let Some(addr) = addr else {
            let _ = child.kill();
            bail!("{command:?} said “{}” instead of where it listens", line.trim());
        };
        let mut process = Self { child, addr, first_answer: Duration::ZERO, _stdout: stdout };
        process.answers()?;
        process.first_answer = begin.elapsed();
        Ok(process)
    }

    /// Waits for an answer, whatever it is.
    fn answers(&self) -> Result<()> {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(self.addr)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")?;
        stream.read_exact(&mut [0; 12]).context("no answer")
    }

    /// CPU seconds that it has used, the kernel's for it included.
    ///
    /// # Errors
    /// This is no Linux.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = self.proc("stat")?;
        // After the name, which may hold anything: the times are fields 14 and 15, the state is field 3.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect::<Vec<_>>());
        let tick = |at: usize| fields.as_ref()?.get(at - 3)?.parse::<f64>().ok();
        tick(14).zip(tick(15)).map(|(user, system)| (user + system) / TICKS).context("times of a process")
    }

    /// Memory that it holds, in bytes.
    ///
    /// # Errors
    /// This is no Linux.
    pub fn memory(&self) -> Result<f64> {
        self.status("VmRSS:")
    }

    /// The most memory that it has held since [`Self::forget_peak`], in bytes.
    ///
    /// # Errors
    /// This is no Linux.
    pub fn memory_peak(&self) -> Result<f64> {
        self.status("VmHWM:")
    }

    /// Starts the peak anew.
    ///
    /// # Errors
    /// This is no Linux.
    pub fn forget_peak(&self) -> Result<()> {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        fs::write(&file, "5").with_context(|| format!("cannot write {file}"))
    }

    fn status(&self, name: &str) -> Result<f64> {
        let status = self.proc("status")?;
        let kilobytes =
            status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
        kilobytes.map(|kilobytes: f64| kilobytes * 1_024.0).with_context(|| format!("{name} of a process"))
    }

    fn proc(&self, name: &str) -> Result<String> {
        let file = format!("/proc/{}/{name}", self.child.id());
        fs::read_to_string(&file).with_context(|| format!("cannot read {file}; measuring needs Linux"))
    }

    /// Asks it to stop and waits until everything is on disk.
    ///
    /// # Errors
    /// It ended badly.
    pub fn stop(mut self) -> Result<()> {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process};
            let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).context("a process id")?;
            kill_process(pid, Signal::TERM)?;
        }
        #[cfg(not(unix))]
        self.child.kill()?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("a server ended badly: {status}");
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets this process open as many connections as the system allows it.
pub fn raise_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        // What is not given is missed when connections fail, with a message.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
}
