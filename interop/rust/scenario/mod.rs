//! Checks the share server with Blockchain Commons' own Rust crates, from outside.
//!
//! `vectors DIR` reads the test vectors, `native URL` speaks to a server by its own names,
//! `depository URL` by those of the reference depository, and `confirmed URL` by both where contacts
//! have to confirm; `documents URL` has senders with all kinds of documents. Each prints what it did and ends with `N passed, N failed`; the exit code is 1 when
//! anything failed.
mod confirmed;
mod depository;
pub mod documents;
mod native;
pub mod peer;
mod report;
mod ssh;
pub mod vectors;

use std::process::ExitCode;

use anyhow::{Result, bail};
use report::Report;

pub fn main() -> ExitCode {
    crate::generation::register_tags();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(report) => report.finish(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<Report> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["vectors", directory] => vectors::run(directory.as_ref()),
        ["native", url] => native::run(url),
        ["depository", url] => depository::run(url),
        ["confirmed", url] => confirmed::run(url),
        ["documents", url] => documents::run(url),
        _ => bail!("vectors DIR | native URL | depository URL | confirmed URL | documents URL"),
    }
}
