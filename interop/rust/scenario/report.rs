//! What was checked, and how it went.
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use anyhow::Result;

/// Counts checks; failures are printed as they come.
#[derive(Default)]
pub struct Report {
    context: String,
    pub passed: usize,
    pub failed: usize,
}

impl Report {
    /// Runs the checks of one subject. An error or a panic on the way is a failed check, and ends them.
    pub fn about(&mut self, subject: &str, checks: impl FnOnce(&mut Report) -> Result<()>) {
        let outer = std::mem::replace(&mut self.context, subject.to_string());
        if !outer.is_empty() {
            self.context = format!("{outer}: {subject}");
        }
        match catch_unwind(AssertUnwindSafe(|| checks(self))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.fail(&format!("{error:#}")),
            Err(_) => self.fail("the reference panicked"),
        }
        self.context = outer;
    }

    /// One step of a scenario: printed, and passed unless it ends in an error or a panic.
    pub fn step(&mut self, name: &str, step: impl FnOnce() -> Result<()>) {
        let failed = self.failed;
        self.about(name, |_| step());
        if self.failed == failed {
            self.passed += 1;
            println!("ok    {name}");
        }
    }

    pub fn holds(&mut self, what: &str, holds: bool) {
        if holds {
            self.passed += 1;
        } else {
            self.fail(what);
        }
    }

    pub fn equal<T: PartialEq + Debug>(&mut self, what: &str, found: T, expected: T) {
        if found == expected {
            self.passed += 1;
        } else {
            self.fail(&format!("{what}: found {found:?}, expected {expected:?}"));
        }
    }

    pub fn finish(&self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn fail(&mut self, what: &str) {
        self.failed += 1;
        println!("FAILED {}: {what}", self.context);
    }
}
