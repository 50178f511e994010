//! What goes wrong around a server: a small disk, a lock in somebody else's hands, files that cannot be written.

use super::{HEADWATER, Server};
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Tells the test that it already runs in a namespace of its own.
const IN_NAMESPACE: &str = "HEADWATER_TEST_NAMESPACE";

/// A disk of a few megabytes, in memory.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount(bytes: u64) -> Option<Self> {
        let dir = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "headwater-test"]).arg(dir.path());
        command.output().is_ok_and(|output| output.status.success()).then_some(Self(dir))
    }

    /// A folder on it.
    pub fn folder(&self) -> TempDir {
        tempfile::tempdir_in(self.0.path()).expect("a folder on the small disk")
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes what room there is.
    pub fn fill(&self) -> Ballast {
        let ballast = Ballast(self.0.path().join("ballast"));
        let zeros = vec![0; 1 << 20];
        let mut file = File::create(&ballast.0).expect("a file");
        while std::io::Write::write_all(&mut file, &zeros).is_ok() {}
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a test that failed may still have files open on it.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

/// A file that is in the way.
pub struct Ballast(std::path::PathBuf);

impl Ballast {
    pub fn remove(self) {
        fs::remove_file(self.0).expect("the ballast can be removed");
    }
}

/// Runs that test of this file on a disk of its own. Only root may mount; everybody else becomes root in a namespace, where
/// the operating system lets them.
pub fn on_small_disk(test: &str, bytes: u64, body: fn(&SmallDisk)) {
    if let Some(disk) = SmallDisk::mount(bytes) {
        return body(&disk);
    }
    #[expect(clippy::disallowed_methods, reason = "a word from this process to itself, not configuration")]
    let is_nested = std::env::var_os(IN_NAMESPACE).is_some();
    let itself = std::env::current_exe().expect("a test knows its own path");
    let in_namespace = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "--"]).arg(itself).args(["--exact", test, "--nocapture"]);
        command.env(IN_NAMESPACE, "1").status()
    };
    assert!(
        !is_nested && in_namespace().is_ok_and(|status| status.success()),
        "{test} failed, or could not mount a small disk: it must run as root, or where `unshare -rm` is allowed"
    );
}

/// SQLite's lock on writing, in somebody else's hands: byte 120 of the WAL's index.
pub struct Lock(File);

impl Lock {
    pub fn hold(data_dir: &Path) -> Self {
        let index = File::options().read(true).write(true).open(data_dir.join("headwater.db-shm"));
        let index = index.expect("the index of the WAL");
        let byte = libc::flock {
            l_type: libc::c_short::try_from(libc::F_WRLCK).expect("a kind of lock"),
            l_whence: libc::c_short::try_from(libc::SEEK_SET).expect("a place"),
            l_start: 120,
            l_len: 1,
            l_pid: 0,
        };
        fcntl(&index, FcntlArg::F_OFD_SETLKW(&byte)).expect("the lock");
        Self(index)
    }

    pub fn release(self) {
        drop(self.0);
    }
}

/// Becomes the binary, which from then on gets errors where the operating system would end it by a signal.
pub fn unsignalled() -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", HEADWATER]);
    command
}

/// Whether the server may write into files.
pub fn let_write(server: &Server, may: bool) {
    let pid = i32::try_from(server.pid()).ok().and_then(Pid::from_raw);
    let maximum = rustix::process::getrlimit(Resource::Fsize).maximum;
    let current = if may { maximum } else { Some(0) };
    prlimit(pid, Resource::Fsize, Rlimit { current, maximum }).expect("the limit can be set");
}

/// The most memory that the server has had so far, in bytes.
pub fn memory_peak_bytes(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes * 1_024
}
