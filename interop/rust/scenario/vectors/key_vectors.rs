//! What `post-quantum.json` and `ssh.json` have in common: signing keys with a signature, and pairs of keys.
use anyhow::{Context, Result};
use bc_components::{PublicKeys, Signature, SigningPrivateKey, SigningPublicKey, Verifier, XID};
use bc_envelope::prelude::*;

use super::entry::Entry;
use super::envelopes::printed;
use crate::scenario::report::Report;

pub struct Signing {
    pub private_key: SigningPrivateKey,
    pub public_key: SigningPublicKey,
    pub signature: Signature,
    pub message: Vec<u8>,
}

/// The signature is the public key's, and all is written and printed as it was read.
pub fn check_signing(vector: &Entry, report: &mut Report) -> Result<Signing> {
    let private_key = SigningPrivateKey::try_from(cbor(vector, "privateKeyHex")?)?;
    let public_key = SigningPublicKey::try_from(cbor(vector, "publicKeyHex")?)?;
    let signature = Signature::try_from(cbor(vector, "signatureHex")?)?;
    let message = vector.bytes("messageHex")?;
    report.holds("verifies", public_key.verify(&signature, &message));
    report.holds("another message does not", !public_key.verify(&signature, b"another message"));
    check_encoded(private_key.clone(), "privateKeyHex", vector, report)?;
    check_encoded(public_key.clone(), "publicKeyHex", vector, report)?;
    check_encoded(signature.clone(), "signatureHex", vector, report)?;
    report.equal("XID", XID::new(&public_key).to_hex().as_str(), vector.text("xidHex")?);
    let text = printed(vector.text("signatureText")?);
    report.equal("signature, printed", Envelope::new(signature.clone()).format_flat(), text);
    Ok(Signing { private_key, public_key, signature, message })
}

pub fn check_pair(vector: &Entry, report: &mut Report) -> Result<()> {
    let keys = PublicKeys::from_ur_string(vector.text("publicKeys")?)?;
    report.equal("XID", XID::new(keys.signing_public_key()).to_hex().as_str(), vector.text("xidHex")?);
    report.equal("UR", keys.ur_string().as_str(), vector.text("publicKeys")?);
    let text = printed(vector.text("publicKeysText")?);
    report.equal("public keys, printed", Envelope::new(keys).format_flat(), text);
    Ok(())
}

/// The value is written as the field of the vector that it was read from.
pub fn check_encoded(value: impl Into<CBOR>, field: &str, vector: &Entry, report: &mut Report) -> Result<()> {
    report.equal(field, value.into().to_cbor_data(), vector.bytes(field)?);
    Ok(())
}

pub fn cbor(vector: &Entry, field: &str) -> Result<CBOR> {
    CBOR::try_from_data(vector.bytes(field)?).context("not CBOR")
}
