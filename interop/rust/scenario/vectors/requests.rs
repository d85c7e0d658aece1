//! Whole requests: `requests.json` and `request-refusals.json`.
use anyhow::{Context, Result, bail, ensure};
use bc_components::{PrivateKeys, PublicKeys, Signature, SigningPublicKey, XID, XIDProvider};
use bc_envelope::prelude::*;
use bc_xid::XIDDocument;
use depo_api::Receipt;

use super::entry::Entry;
use super::envelopes::{check_envelope, printed};
use super::exchanges::check_call;
use super::laxer::{Verdict, check_verdict, verdict};
use super::server::check_parts;
use crate::scenario::report::Report;

/// Refusals for what a request says or leaves out, about which the reference has no rules.
const RULES_OF_THE_SERVER: &[&str] = &[
    "missing-date",
    "expired",
    "from-the-future",
    "unknown-function",
    "missing-recipient",
    "wrong-recipient",
];

pub fn requests(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let envelope = check_envelope(vector, report)?;
        check_parts(vector, &envelope, report)?;
        let server = keys_of(file, "server")?;
        report.equal("sealed", envelope.subject().is_encrypted(), vector.flag("sealed")?);
        let signed = unsealed(&envelope, &server)?;
        let digest = signed.subject().digest().hex();
        report.equal("signed digest", digest.as_str(), vector.text("signedDigestHex")?);
        report.equal("signed notation", signed.format_flat(), printed(vector.text("signedNotation")?));
        let recipient = XID::from_hex(file.at("identities")?.at("server")?.text("xidHex")?);
        let read = || {
            let (sender, request) = request_of(&signed)?;
            check_parameters(&request, &recipient)?;
            anyhow::Ok((sender, request))
        };
        check_verdict(vector, verdict(read), Verdict::Accepts, report);
        let Ok((sender, request)) = read() else { return Ok(()) };
        report.equal("sender", sender.to_hex().as_str(), vector.text("senderXidHex")?);
        let function = request.function().named_name().context("a numbered function")?;
        report.equal("function", function.as_str(), vector.text("function")?);
        Ok(())
    });
}

pub fn refusals(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let envelope = check_envelope(vector, report)?;
        let server = keys_of(file, "server")?;
        let found = verdict(|| read(&unsealed(&envelope, &server)?));
        let left_to_the_server = RULES_OF_THE_SERVER.contains(&vector.text("code")?);
        let usual = if left_to_the_server { Verdict::Accepts } else { Verdict::Refuses };
        check_verdict(vector, found, usual, report);
        Ok(())
    });
}

pub fn keys_of(file: &Entry, name: &str) -> Result<PrivateKeys> {
    let ur = file.at("identities")?.at(name)?.text("privateKeys")?;
    Ok(PrivateKeys::from_ur_string(ur)?)
}

pub fn unsealed(envelope: &Envelope, server: &PrivateKeys) -> Result<Envelope> {
    if !envelope.subject().is_encrypted() {
        return Ok(envelope.clone());
    }
    Ok(envelope.decrypt_to_recipient(server)?)
}

pub fn request_of(signed: &Envelope) -> Result<(XID, Request)> {
    let (sender, content) = verified(signed)?;
    Ok((sender, Request::try_from(content)?))
}

/// Verifies a request, and reads its parameters where the depository has such a function.
fn read(signed: &Envelope) -> Result<()> {
    let (_, request) = request_of(signed)?;
    let function = request.function().named_name().unwrap_or_default();
    check_call(&function, request.body().clone())
}

/// The sender and what it signed, verified as GSTP does it, but also where it is not sealed or the sender is
/// bare keys.
pub fn verified(signed: &Envelope) -> Result<(XID, Envelope)> {
    let sender = signed.try_unwrap()?.object_for_predicate(known_values::SENDER)?;
    let (xid, key) = sender_key(&sender)?;
    Ok((xid, signed.verify(&key)?))
}

fn sender_key(sender: &Envelope) -> Result<(XID, SigningPublicKey)> {
    if let Ok(keys) = sender.extract_subject::<PublicKeys>() {
        let key = keys.signing_public_key().clone();
        return Ok((XID::new(&key), key));
    }
    let document = XIDDocument::try_from(sender)?;
    let key = document.verification_key().context("the sender has no key")?.clone();
    Ok((document.xid(), key))
}

pub fn check_parameters(request: &Request, server: &XID) -> Result<()> {
    for assertion in request.expression_envelope().assertions() {
        let parameter: Parameter = assertion.try_predicate()?.extract_subject()?;
        let name = parameter.name();
        let name = name.trim_matches('"');
        let expected =
            is_of_its_type(name, assertion.try_object()?, server).with_context(|| name.to_string())?;
        ensure!(expected, "{name} has another value");
    }
    Ok(())
}

/// Whether the value is of the type that a parameter of this name has in this protocol.
fn is_of_its_type(name: &str, value: Envelope, server: &XID) -> Result<bool> {
    Ok(match name {
        "code" => value.as_text().is_some(),
        "data" => value.as_byte_string().is_some(),
        "fallback" | "recoveryMethod" => value.is_null() || value.as_text().is_some(),
        "newPublicKey" => value.extract_subject::<PublicKeys>().is_ok(),
        "newXIDDocument" => XIDDocument::try_from(value).is_ok(),
        "nonce" => value.as_byte_string().is_some(),
        "proof" => value.extract_subject::<Signature>().is_ok(),
        "receipt" => Receipt::try_from(value).is_ok(),
        "recipient" => value.extract_subject::<XID>()? == *server,
        other => bail!("no checks for the parameter {other}"),
    })
}
