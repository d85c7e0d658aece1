//! What a server refuses for its state, or before it reads an envelope: `stateful-refusals.json` and
//! `transport-refusals.json`. The state is the server's affair; here is checked that the requests are good.
use anyhow::{Context, Result};
use bc_components::{PrivateKeys, XID};
use bc_envelope::prelude::*;
use bc_ur::MultipartDecoder;

use super::entry::Entry;
use super::envelopes::check_envelope;
use super::laxer::{check_refused, verdict};
use super::requests::{keys_of, request_of, unsealed};
use crate::scenario::report::Report;

pub fn stateful(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        PrivateKeys::from_ur_string(vector.text("senderPrivateKeys")?)?;
        for step in vector.list("before")?.iter().filter(|step| step.has("cborHex")) {
            check_request(file, step, report)?;
        }
        check_request(file, vector, report)
    });
}

fn check_request(file: &Entry, vector: &Entry, report: &mut Report) -> Result<()> {
    let envelope = check_envelope(vector, report)?;
    let (sender, request) = request_of(&unsealed(&envelope, &keys_of(file, "server")?)?)?;
    let own = XID::from_hex(file.at("identities")?.at("server")?.text("xidHex")?);
    let recipient: Option<XID> = request.extract_optional_object_for_parameter("recipient")?;
    report.holds(
        "the request names the server, or is sealed",
        recipient == Some(own) || envelope.subject().is_encrypted(),
    );
    report.holds("the request has a sender", sender != own);
    Ok(())
}

pub fn transport(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        if vector.text("code")? == "malformed" {
            let body = vector.bytes("bodyHex")?;
            let is_cbor = vector.text("contentType")? == "application/cbor";
            let found =
                verdict(|| if is_cbor { Ok(Envelope::try_from_cbor_data(body)?) } else { read(body) });
            check_refused(vector, found, report);
        } else {
            report.holds("a status", vector.number("status")? >= 400);
        }
        Ok(())
    });
}

/// Checks the parts that a request is also given in.
pub fn check_parts(vector: &Entry, envelope: &Envelope, report: &mut Report) -> Result<()> {
    if vector.has("multipart") {
        for list in ["parts", "mixedParts"] {
            let joined = join(&vector.at("multipart")?.texts(list)?)?;
            report.holds(list, joined.is_identical_to(envelope));
        }
    }
    Ok(())
}

/// One UR, or the parts of one, a line each.
fn read(body: Vec<u8>) -> Result<Envelope> {
    let text = String::from_utf8(body)?;
    let lines: Vec<&str> = text.lines().collect();
    match lines[..] {
        [line] => Ok(Envelope::from_ur_string(line)?),
        _ => join(&lines),
    }
}

fn join(parts: &[&str]) -> Result<Envelope> {
    let mut decoder = MultipartDecoder::new();
    for part in parts {
        decoder.receive(part)?;
    }
    Ok(Envelope::from_ur(decoder.message()?.context("parts are missing")?)?)
}
