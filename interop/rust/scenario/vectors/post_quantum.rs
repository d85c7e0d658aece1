//! Keys, signatures and sealed messages of ML-DSA and ML-KEM: `post-quantum.json`.
use anyhow::{Context, Result};
use bc_components::{
    EncapsulationPrivateKey, EncapsulationPublicKey, PublicKeys, SealedMessage, Signature, Signer,
    SigningPrivateKey, SigningPublicKey, Verifier, XID,
};
use bc_envelope::prelude::*;

use super::components::check_refusal;
use super::entry::Entry;
use super::envelopes::printed;
use crate::scenario::report::Report;

pub fn post_quantum(file: &Entry, report: &mut Report) {
    file.each("signing", report, signing);
    file.each("encapsulation", report, encapsulation);
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
    let own = private_key.sign(&message)?;
    report.holds("signs what verifies", public_key.verify(&own, &message));
    report.equal("private key", encoded(private_key), vector.bytes("privateKeyHex")?);
    report.equal("public key", encoded(public_key.clone()), vector.bytes("publicKeyHex")?);
    report.equal("signature", encoded(signature.clone()), vector.bytes("signatureHex")?);
    report.equal("XID", XID::new(&public_key).to_hex().as_str(), vector.text("xidHex")?);
    report.equal(
        "signature, printed",
        Envelope::new(signature).format_flat(),
        printed(vector.text("signatureText")?),
    );
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
    report.equal("private key", encoded(private_key), vector.bytes("privateKeyHex")?);
    report.equal("public key", encoded(public_key), vector.bytes("publicKeyHex")?);
    report.equal("sealed message", encoded(sealed.clone()), vector.bytes("sealedHex")?);
    report.equal(
        "sealed message, printed",
        Envelope::new(sealed).format_flat(),
        printed(vector.text("sealedText")?),
    );
    Ok(())
}

fn pair(vector: &Entry, report: &mut Report) -> Result<()> {
    let keys = PublicKeys::from_ur_string(vector.text("publicKeys")?)?;
    report.equal(
        "printed",
        Envelope::new(keys.clone()).format_flat(),
        printed(vector.text("publicKeysText")?),
    );
    report.equal("XID", XID::new(keys.signing_public_key()).to_hex().as_str(), vector.text("xidHex")?);
    report.equal("UR", keys.ur_string().as_str(), vector.text("publicKeys")?);
    Ok(())
}

fn cbor(vector: &Entry, field: &str) -> Result<CBOR> {
    CBOR::try_from_data(vector.bytes(field)?).context("not CBOR")
}

fn encoded(value: impl Into<CBOR>) -> Vec<u8> {
    value.into().to_cbor_data()
}
