//! URs of one and of several parts: `uniform-resources.json`.
use anyhow::{Result, anyhow};
use bc_envelope::prelude::*;
use bc_ur::bytewords::{self, Style};
use bc_ur::{MultipartDecoder, MultipartEncoder};

use super::entry::Entry;
use super::laxer::{check_refused, verdict};
use crate::scenario::report::Report;

pub fn uniform_resources(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        if vector.has("reason") {
            return refused(vector, report);
        }
        if vector.has("bytewords") {
            return words(vector, report);
        }
        // The random numbers are private to the crate: the mixed parts, which are made of them, check them.
        if vector.has("seedText") {
            return Ok(());
        }
        if vector.has("messageHex") {
            return raw_parts(vector, report);
        }
        if vector.has("parts") { parts(vector, report) } else { single(vector, report) }
    });
}

fn single(vector: &Entry, report: &mut Report) -> Result<()> {
    let cbor = CBOR::try_from_data(vector.bytes("cborHex")?)?;
    let ur = UR::new(vector.text("type")?, cbor)?;
    report.equal("UR", ur.string().as_str(), vector.text("ur")?);
    for spelling in [vec![vector.text("ur")?], vector.texts("alsoReads")?].concat() {
        report.holds("UR read", UR::from_ur_string(spelling)? == ur);
    }
    Ok(())
}

fn words(vector: &Entry, report: &mut Report) -> Result<()> {
    let data = vector.bytes("bytesHex")?;
    for (field, style) in [("bytewords", Style::Standard), ("minimalBytewords", Style::Minimal)] {
        let expected = vector.text(field)?;
        report.equal(field, bytewords::encode(&data, style).as_str(), expected);
        report.equal(field, bytewords::decode(expected, style)?, data.clone());
    }
    Ok(())
}

fn parts(vector: &Entry, report: &mut Report) -> Result<()> {
    let ur = UR::new(vector.text("type")?, CBOR::try_from_data(vector.bytes("cborHex")?)?)?;
    let parts = vector.texts("parts")?;
    let mut encoder = MultipartEncoder::new(&ur, vector.number("maxFragmentBytes")?)?;
    for part in &parts {
        report.equal("part", encoder.next_part()?.as_str(), *part);
    }
    report.holds("all parts in order", joined(parts.iter())? == Some(ur.clone()));
    report.holds("from the last to the first", joined(parts.iter().rev())? == Some(ur.clone()));
    let mixed = &parts[encoder.parts_count()..];
    report.holds("mixed parts first", joined(mixed.iter().chain(&parts))? == Some(ur));
    Ok(())
}

fn joined<'a>(parts: impl Iterator<Item = &'a &'a str>) -> Result<Option<UR>> {
    let mut decoder = MultipartDecoder::new();
    for part in parts {
        decoder.receive(part)?;
        if decoder.is_complete() {
            break;
        }
    }
    Ok(decoder.message()?)
}

/// Where the message is not CBOR, which only the crate beneath `bc-ur` carries.
fn raw_parts(vector: &Entry, report: &mut Report) -> Result<()> {
    let (message, kind) = (vector.bytes("messageHex")?, vector.text("type")?);
    let mut encoder = ur::Encoder::new(&message, vector.number("maxFragmentBytes")?, kind)
        .map_err(|error| anyhow!("{error}"))?;
    for part in vector.texts("parts")? {
        let found = encoder.next_part().map_err(|error| anyhow!("{error}"))?;
        report.equal("part", found.as_str(), part);
    }
    Ok(())
}

fn refused(vector: &Entry, report: &mut Report) -> Result<()> {
    let text = vector.text("ur")?;
    let found = verdict(|| {
        if vector.text("reason")? == "ur-part" {
            MultipartDecoder::new().receive(text)?;
        } else {
            UR::from_ur_string(text)?;
        }
        Ok::<_, anyhow::Error>(())
    });
    check_refused(vector, found, report);
    Ok(())
}
