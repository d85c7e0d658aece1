//! One exchange from end to end, and its altered forms: `round-trip.json` and `tampered-messages.json`.
use anyhow::{Context, Result};
use bc_components::{
    ARID, ECPrivateKey, EncapsulationPrivateKey, PrivateKeys, PublicKeys, Signer, SigningPrivateKey,
    Verifier, X25519PrivateKey, XIDProvider,
};
use bc_envelope::prelude::*;
use depo_api::{StoreShare, StoreShareResult};
use gstp::prelude::*;

use super::entry::Entry;
use super::envelopes::check_envelope;
use super::expressions::check_receipt;
use super::laxer::{Verdict, check_verdict, verdict};
use super::requests::verified;
use crate::generation;
use crate::scenario::report::Report;

pub fn round_trip(file: &Entry, report: &mut Report) {
    for name in ["server", "client"] {
        report.about(name, |report| check_identity(&file.at("identities")?.at(name)?, report));
    }
    file.each("vectors", report, |vector, report| {
        if vector.has("cborHex") {
            let envelope = check_envelope(vector, report)?;
            return check_step(file, vector, &envelope, report);
        }
        if vector.has("receiptHex") { check_receipt(vector, report) } else { Ok(()) }
    });
}

/// The client is who made the exchange, the server who reads it.
pub fn tampered(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let envelope = check_envelope(vector, report)?;
        let expected = vector.text("expect")?;
        let usual = if expected == "accepted" { Verdict::Accepts } else { Verdict::Refuses };
        check_verdict(vector, verdict(|| read(file, vector, &envelope)), usual, report);
        let error = read(file, vector, &envelope).err().map(|error| error.to_string()).unwrap_or_default();
        match expected {
            "bad-signature" => report.holds("error", error.contains("could not verify a signature")),
            "unknown-recipient" => report.holds("error", error.contains("unknown recipient")),
            _ => {}
        }
        Ok(())
    });
}

/// Opens a sealed message; of a signed one, verifies that its sender signed it.
fn read(file: &Entry, vector: &Entry, envelope: &Envelope) -> Result<()> {
    if vector.has("openWith") {
        let reader = file.other("round-trip.json")?.at("identities")?.at(vector.text("openWith")?)?;
        envelope.decrypt_to_recipient(&keys_of(&reader)?)?;
    } else {
        verified(envelope)?;
    }
    Ok(())
}

fn check_identity(identity: &Entry, report: &mut Report) -> Result<()> {
    let (keys, public_keys) = (keys_of(identity)?, public_keys_of(identity)?);
    let signature = keys.sign(b"message")?;
    report.holds("the keys belong together", public_keys.verify(&signature, b"message"));
    let document = generation::document(&public_keys);
    report.equal("XID", document.xid().to_hex().as_str(), identity.text("xidHex")?);
    report.equal("document", document.ur_string().as_str(), identity.text("xidDocumentUr")?);
    Ok(())
}

/// What the reference makes of a step, with its own message types.
fn check_step(file: &Entry, vector: &Entry, envelope: &Envelope, report: &mut Report) -> Result<()> {
    let identities = file.at("identities")?;
    let (server, client) = (keys_of(&identities.at("server")?)?, keys_of(&identities.at("client")?)?);
    let id = ARID::from_data(file.array("requestIdHex")?);
    match vector.text("id")? {
        "V92" => {
            let continuation = Continuation::try_from_envelope(envelope, Some(id), None, Some(&client))?;
            report.equal("ID of the continuation", continuation.id(), Some(id));
        }
        "V95" | "V99" => {
            let signer = if vector.text("id")? == "V95" { "client" } else { "server" };
            let verified = envelope.verify(&public_keys_of(&identities.at(signer)?)?)?;
            report.holds("verified", verified.is_identical_to(&envelope.try_unwrap()?));
        }
        "V96" => {
            let request = SealedRequest::try_from_envelope(envelope, None, None, &server)?;
            report.equal("ID of the request", request.id(), id);
            let call = StoreShare::try_from(request.body().clone())?;
            report.equal("data", call.data().to_vec(), step(file, "V90")?.bytes("dataHex")?);
        }
        "V100" => {
            let response = SealedResponse::try_from_encrypted_envelope(envelope, Some(id), None, &client)?;
            report.equal("ID of the response", response.id(), Some(id));
            let receipt = StoreShareResult::try_from(response)?.receipt().hex();
            report.equal("receipt", receipt.as_str(), step(file, "V97")?.text("receiptHex")?);
        }
        _ => {}
    }
    Ok(())
}

fn step<'a>(file: &Entry<'a>, id: &str) -> Result<Entry<'a>> {
    let found = file.list("vectors")?.into_iter().find(|vector| vector.text("id").is_ok_and(|it| it == id));
    found.with_context(|| format!("there is no step {id}"))
}

fn public_keys_of(identity: &Entry) -> Result<PublicKeys> {
    Ok(PublicKeys::try_from(CBOR::try_from_data(identity.bytes("publicKeysCborHex")?)?)?)
}

fn keys_of(identity: &Entry) -> Result<PrivateKeys> {
    let signing = ECPrivateKey::from_data_ref(identity.bytes("signingPrivateKeyHex")?)?;
    let agreement = X25519PrivateKey::from_data_ref(identity.bytes("agreementPrivateKeyHex")?)?;
    Ok(PrivateKeys::with_keys(
        SigningPrivateKey::new_schnorr(signing),
        EncapsulationPrivateKey::X25519(agreement),
    ))
}
