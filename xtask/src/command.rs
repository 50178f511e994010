//! Other programs: started, waited for, and their exit codes passed on.

use anyhow::{Context, Result};
use std::fmt;
use std::process::{Command, Stdio};

/// A program that was started and did not succeed. It has said why itself.
#[derive(Debug)]
struct Failed {
    line: String,
    code: Option<i32>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "`{}` ended with exit code {code}", self.line),
            None => write!(f, "`{}` was ended by a signal", self.line),
        }
    }
}

impl std::error::Error for Failed {}

/// Our cargo: the one that runs us, if one does. Flags in the environment would take the place of those in
/// `.cargo/config.toml`, in which the two halves of a site must agree.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.env_remove("RUSTFLAGS");
    cargo
}

/// Runs a program to its end; its output is ours.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    check(line, status)
}

/// An error, unless the program succeeded.
pub fn check(line: String, status: std::process::ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { Err(Failed { line, code: status.code() }.into()) }
}

/// Runs a program to its end and returns what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{line}`"))?;
    check(line, output.status)?;
    String::from_utf8(output.stdout).context("its output is not text")
}

/// Whether a program starts and succeeds; says nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What a person would type.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The exit code that passes a failure on: the failed program's own, else 1.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    let code = error.downcast_ref::<Failed>().and_then(|failed| failed.code);
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_pass_through_even_below_a_context() {
        let failure = run(Command::new("sh").args(["-c", "exit 7"])).context("while testing").unwrap_err();
        assert_eq!(exit_code(&failure), 7);
        assert_eq!(exit_code(&anyhow::anyhow!("ours")), 1);
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(error.to_string().contains("no-such-program-here"));
    }
}
