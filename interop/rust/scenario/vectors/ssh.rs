//! Public keys of SSH and signatures by them: `ssh.json`.
use anyhow::{Context, Result};
use bc_components::{PrivateKeys, Signature, SigningPublicKey, Verifier};
use bc_envelope::prelude::*;

use super::components::check_refusal;
use super::entry::Entry;
use super::envelopes::printed;
use super::key_vectors::{cbor, check_pair, check_signing};
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
    let read = check_signing(vector, report)?;
    report.holds("the keys belong together", read.private_key.public_key()? == read.public_key);
    let namespace = read.signature.to_ssh().context("not by SSH")?.namespace().to_string();
    report.equal("namespace", namespace.as_str(), vector.text("namespace")?);
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
    check_pair(vector, report)?;
    let private_keys = PrivateKeys::from_ur_string(vector.text("privateKeys")?)?;
    let shown = Envelope::new(private_keys).format_flat();
    report.equal("private keys, printed", shown, printed(vector.text("privateKeysText")?));
    Ok(())
}
