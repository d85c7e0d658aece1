//! The newest generation of the reference. Its notation is also compared with this project's: `random SEED COUNT` prints
//! envelopes, and `notation FILE` shows those of a file.
mod generation;
mod notation;
mod random;
#[path = "../../scenario/mod.rs"]
mod scenario;

use std::process::ExitCode;

use anyhow::Result;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["random", seed, count] => print_random(seed, count),
        ["notation", file] => {
            generation::register_tags();
            notation::print(file.as_ref())
        }
        _ => return scenario::main(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_random(seed: &str, count: &str) -> Result<()> {
    random::print(seed.parse()?, count.parse()?)
}
