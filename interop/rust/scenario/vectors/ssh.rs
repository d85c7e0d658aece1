//! Public keys of SSH and signatures by them: `ssh.json`.
use anyhow::{Context, Result};
use bc_components::{PrivateKeys, PublicKeys, Signature, SigningPrivateKey, SigningPublicKey, Verifier, XID};
use bc_envelope::prelude::*;

use super::components::check_refusal;
use super::entry::Entry;
use super::envelopes::printed;
use super::laxer::{check_refused, verdict};
use crate::scenario::report::Report;

pub fn ssh(file: &Entry, report: &mut Report) {
    file.each("signing", report, signing);
    file.each("mismatches", report, mismatch);
    file.each("keys", report, no_key);
    file.each("pairs", report, pair);
    file.each("refusals", report, check_refusal);
}

fn signing(vector: &Entry, report: &mut Report) -> Result<()> {
    let private_key = SigningPrivateKey::try_from(cbor(vector, "privateKeyHex")?)?;
    let public_key = SigningPublicKey::try_from(cbor(vector, "publicKeyHex")?)?;
    let signature = Signature::try_from(cbor(vector, "signatureHex")?)?;
    let message = vector.bytes("messageHex")?;
    report.holds("verifies", public_key.verify(&signature, &message));
    report.holds("another message does not", !public_key.verify(&signature, b"another message"));
    report.holds("the keys belong together", private_key.public_key()? == public_key);
    let namespace = signature.to_ssh().context("not by SSH")?.namespace().to_string();
    report.equal("namespace", namespace.as_str(), vector.text("namespace")?);
    report.equal("XID", XID::new(&public_key).to_hex().as_str(), vector.text("xidHex")?);
    let text = printed(vector.text("signatureText")?);
    report.equal("signature, printed", Envelope::new(signature.clone()).format_flat(), text);
    for (value, field) in [
        (CBOR::from(private_key), "privateKeyHex"),
        (CBOR::from(public_key), "publicKeyHex"),
        (CBOR::from(signature), "signatureHex"),
    ] {
        report.equal(field, value.to_cbor_data(), vector.bytes(field)?);
    }
    Ok(())
}

/// The signature is not read, or does not verify.
fn mismatch(vector: &Entry, report: &mut Report) -> Result<()> {
    let public_key = SigningPublicKey::try_from(cbor(vector, "publicKeyHex")?)?;
    let (signature, message) = (cbor(vector, "signatureHex")?, vector.bytes("messageHex")?);
    let found = verdict(|| match Signature::try_from(signature) {
        Ok(signature) if public_key.verify(&signature, &message) => Ok(()),
        _ => Err(()),
    });
    check_refused(vector, found, report);
    Ok(())
}

/// The reference reads some, and must write them in another way, or have no use for them.
fn no_key(vector: &Entry, report: &mut Report) -> Result<()> {
    let data = vector.bytes("publicKeyHex")?;
    let found = verdict(|| {
        let key = SigningPublicKey::try_from(CBOR::try_from_data(&data)?)?;
        anyhow::ensure!(CBOR::from(key).to_cbor_data() == data, "written in another way");
        Ok(())
    });
    check_refused(vector, found, report);
    Ok(())
}

fn pair(vector: &Entry, report: &mut Report) -> Result<()> {
    let public_keys = PublicKeys::from_ur_string(vector.text("publicKeys")?)?;
    let private_keys = PrivateKeys::from_ur_string(vector.text("privateKeys")?)?;
    let xid = XID::new(public_keys.signing_public_key());
    report.equal("XID", xid.to_hex().as_str(), vector.text("xidHex")?);
    report.equal("UR", public_keys.ur_string().as_str(), vector.text("publicKeys")?);
    let shown = Envelope::new(public_keys).format_flat();
    report.equal("public keys, printed", shown, printed(vector.text("publicKeysText")?));
    let shown = Envelope::new(private_keys).format_flat();
    report.equal("private keys, printed", shown, printed(vector.text("privateKeysText")?));
    Ok(())
}

fn cbor(vector: &Entry, field: &str) -> Result<CBOR> {
    CBOR::try_from_data(vector.bytes(field)?).context("not CBOR")
}
