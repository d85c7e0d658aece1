//! Envelopes and what is none: `envelopes.json` and `envelope-refusals.json`.
use anyhow::Result;
use bc_envelope::prelude::*;

use super::entry::Entry;
use super::laxer::{check_refused, verdict};
pub use crate::generation::printed;
use crate::scenario::report::Report;

pub fn envelopes(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let envelope = check_envelope(vector, report)?;
        for other in vector.texts("alsoReadsHex").unwrap_or_default() {
            let read = Envelope::try_from_cbor_data(hex::decode(other)?)?;
            report.holds("other bytes read as the same", read.is_identical_to(&envelope));
        }
        if vector.has("contentDigestHex") {
            let content = envelope.try_unwrap()?.digest().hex();
            report.equal("digest of the content", content.as_str(), vector.text("contentDigestHex")?);
        }
        Ok(())
    });
}

pub fn refusals(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let found = if vector.has("ur") {
            let ur = vector.text("ur")?;
            verdict(|| Envelope::from_ur_string(ur))
        } else {
            let data = refused_bytes(vector)?;
            verdict(|| Envelope::try_from_cbor_data(data))
        };
        check_refused(vector, found, report);
        Ok(())
    });
}

/// Reads `cborHex`: its digest, notation and UR are what the vector says, and it encodes to the same bytes.
pub fn check_envelope(vector: &Entry, report: &mut Report) -> Result<Envelope> {
    let data = vector.bytes("cborHex")?;
    let envelope = Envelope::try_from_cbor_data(data.clone())?;
    report.equal("encoded again", hex::encode(envelope.tagged_cbor().to_cbor_data()), hex::encode(data));
    if vector.has("digestHex") {
        report.equal("digest", envelope.digest().hex().as_str(), vector.text("digestHex")?);
    }
    if vector.has("notation") && !is_unprintable(vector) {
        report.equal("notation", envelope.format_flat(), printed(vector.text("notation")?));
    }
    let ur = vector.text("ur")?;
    report.equal("UR", envelope.ur_string().as_str(), ur);
    report.holds("UR read", Envelope::from_ur_string(ur)?.is_identical_to(&envelope));
    Ok(envelope)
}

/// The same of notation that has several `PublicKeys` and several lines.
pub fn printed_all(notation: &str) -> String {
    notation.lines().map(printed).collect::<Vec<_>>().join("\n")
}

/// The reference panics over these, and after that over every other notation.
fn is_unprintable(vector: &Entry) -> bool {
    vector.text("name").is_ok_and(|name| name == "a date beyond all time")
}

fn refused_bytes(vector: &Entry) -> Result<Vec<u8>> {
    if vector.has("cborHex") {
        return vector.bytes("cborHex");
    }
    let times = vector.number("times")?;
    let mut data = vector.bytes("first")?;
    data.extend(vector.bytes("repeat")?.repeat(times));
    data.extend(vector.bytes("then")?);
    if vector.has("thenRepeat") {
        data.extend(vector.bytes("thenRepeat")?.repeat(times));
    }
    Ok(data)
}
