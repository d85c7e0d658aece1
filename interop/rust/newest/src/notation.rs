//! How the reference shows envelopes.
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, anyhow};
use bc_envelope::prelude::*;

/// For envelopes that nest deeply.
const STACK_BYTES: usize = 1 << 30;

/// Prints, for each line of a file, which is an envelope in hex, a line of JSON with its notations.
pub fn print(file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let printing =
        thread::Builder::new().stack_size(STACK_BYTES).spawn(move || text.lines().try_for_each(print_one))?;
    printing.join().map_err(|_| anyhow!("the reference panicked"))?
}

fn print_one(line: &str) -> Result<()> {
    let envelope = Envelope::try_from_cbor_data(hex::decode(line)?).with_context(|| line.to_string())?;
    let shown = serde_json::json!({
        "flat": envelope.format_flat(),
        "lines": envelope.format(),
        "tree": envelope.tree_format(),
    });
    println!("{shown}");
    Ok(())
}
