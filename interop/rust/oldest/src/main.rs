//! The oldest generation of the reference that wallets use.
mod generation;
#[path = "../../scenario/mod.rs"]
mod scenario;

use std::process::ExitCode;

fn main() -> ExitCode {
    scenario::main()
}
