//! Every file of the test vectors, each with the checks that fit its shape.
mod components;
mod encryption;
mod entry;
mod envelopes;
mod exchanges;
mod expressions;
mod key_vectors;
mod laxer;
mod messages;
mod post_quantum;
mod requests;
mod rotations;
mod server;
mod signatures;
mod ssh;
mod uniform_resources;
mod xid_documents;

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, anyhow};

use crate::scenario::report::Report;
use entry::{Entry, Files};
pub use laxer::Difference;

type Checks = fn(&Entry, &mut Report);

const FILES: &[(&str, Checks)] = &[
    ("bip340.json", signatures::bip340),
    ("ed25519.json", signatures::ed25519),
    ("encryption.json", encryption::components),
    ("envelope-encryption.json", encryption::envelopes),
    ("envelope-refusals.json", envelopes::refusals),
    ("envelope-signatures.json", signatures::envelopes),
    ("envelopes.json", envelopes::envelopes),
    ("exchanges.json", exchanges::exchanges),
    ("expressions.json", expressions::expressions),
    ("identifiers.json", components::identifiers),
    ("keys.json", components::keys),
    ("post-quantum.json", post_quantum::post_quantum),
    ("reference-documents.json", xid_documents::written),
    ("request-refusals.json", requests::refusals),
    ("requests.json", requests::requests),
    ("rotations.json", rotations::rotations),
    ("round-trip.json", messages::round_trip),
    ("signatures.json", signatures::signatures),
    ("ssh.json", ssh::ssh),
    ("stateful-refusals.json", server::stateful),
    ("tampered-messages.json", messages::tampered),
    ("transport-refusals.json", server::transport),
    ("uniform-resources.json", uniform_resources::uniform_resources),
    ("xid-documents.json", xid_documents::xid_documents),
];

/// What all files look like; holds no vectors.
const SCHEMA: &str = "schema.json";

/// The reference recurses into whatever it reads: the vectors that nest deeply would exhaust a usual stack.
const STACK_BYTES: usize = 1 << 30;

pub fn run(directory: &Path) -> Result<Report> {
    // A panic of the reference is a finding like any other, and is reported with the vector it belongs to.
    std::panic::set_hook(Box::new(|_| {}));
    let directory = directory.to_path_buf();
    let checks = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || check(&directory))?;
    checks.join().map_err(|_| anyhow!("the checks themselves panicked"))?
}

fn check(directory: &Path) -> Result<Report> {
    let files = read_files(directory)?;
    let mut report = Report::default();
    let known = FILES.iter().map(|(name, _)| *name);
    let names: BTreeSet<&str> = known.chain(files.keys().map(String::as_str)).collect();
    for name in names {
        let (passed, failed) = (report.passed, report.failed);
        report.about(name, |report| {
            let file = Entry::of(&files, name)?;
            let known = FILES.iter().find(|(known, _)| *known == name);
            let (_, checks) = known.context("there are no checks for this file")?;
            checks(&file, report);
            laxer::check_names(&file, report);
            Ok(())
        });
        match report.failed - failed {
            0 => println!("ok    {name}: {} checks", report.passed - passed),
            some => println!("not ok {name}: {some} of {} checks failed", report.passed - passed + some),
        }
    }
    Ok(report)
}

fn read_files(directory: &Path) -> Result<Files> {
    let mut files = Files::new();
    for file in std::fs::read_dir(directory).with_context(|| directory.display().to_string())? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") && name != SCHEMA {
            let text = std::fs::read_to_string(file.path())?;
            files.insert(name.clone(), serde_json::from_str(&text).context(name)?);
        }
    }
    Ok(files)
}
