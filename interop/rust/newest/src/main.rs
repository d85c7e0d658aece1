//! The newest generation of the reference.
mod generation;
#[path = "../../scenario/mod.rs"]
mod scenario;

use std::process::ExitCode;

fn main() -> ExitCode {
    scenario::main()
}
