//! The generation that `gstp` was last released for.
mod generation;
#[path = "../../scenario/mod.rs"]
mod scenario;

use std::process::ExitCode;

fn main() -> ExitCode {
    scenario::main()
}
