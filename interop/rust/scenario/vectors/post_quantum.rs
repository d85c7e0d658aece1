//! Keys, signatures and sealed messages of ML-DSA and ML-KEM: `post-quantum.json`.
use anyhow::Result;
use bc_components::{EncapsulationPrivateKey, EncapsulationPublicKey, SealedMessage, Signer, Verifier};
use bc_envelope::prelude::*;

use super::components::check_refusal;
use super::entry::Entry;
use super::envelopes::printed;
use super::key_vectors::{cbor, check_encoded, check_pair, check_signing};
use crate::scenario::report::Report;

pub fn post_quantum(file: &Entry, report: &mut Report) {
    file.each("signing", report, signing);
    file.each("encapsulation", report, encapsulation);
    file.each("pairs", report, check_pair);
    file.each("refusals", report, check_refusal);
}

fn signing(vector: &Entry, report: &mut Report) -> Result<()> {
    let read = check_signing(vector, report)?;
    let own = read.private_key.sign(&read.message)?;
    report.holds("signs what verifies", read.public_key.verify(&own, &read.message));
    Ok(())
}

fn encapsulation(vector: &Entry, report: &mut Report) -> Result<()> {
    let private_key = EncapsulationPrivateKey::try_from(cbor(vector, "privateKeyHex")?)?;
    let public_key = EncapsulationPublicKey::try_from(cbor(vector, "publicKeyHex")?)?;
    let sealed = SealedMessage::try_from(cbor(vector, "sealedHex")?)?;
    let plaintext = vector.bytes("plaintextHex")?;
    report.equal("opened", sealed.decrypt(&private_key)?, plaintext.clone());
    let own = SealedMessage::new(&plaintext, &public_key);
    report.equal("sealed and opened", own.decrypt(&private_key)?, plaintext);
    check_encoded(private_key, "privateKeyHex", vector, report)?;
    check_encoded(public_key, "publicKeyHex", vector, report)?;
    check_encoded(sealed.clone(), "sealedHex", vector, report)?;
    let text = printed(vector.text("sealedText")?);
    report.equal("sealed message, printed", Envelope::new(sealed).format_flat(), text);
    Ok(())
}
