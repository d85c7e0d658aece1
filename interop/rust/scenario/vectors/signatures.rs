//! Signatures: over plain messages, over envelopes, and the published vectors of BIP 340 and RFC 8032.
use anyhow::{Result, bail};
use bc_components::{
    ECKeyBase, ECPrivateKey, ECPublicKey, Ed25519PrivateKey, Ed25519PublicKey, SchnorrPublicKey, Signature,
    Signer, SigningPrivateKey, SigningPublicKey, Verifier,
};
use bc_envelope::prelude::*;

use super::components::{check_encoding_as, check_refusal};
use super::entry::Entry;
use super::envelopes::check_envelope;
use super::laxer::{Verdict, verdict};
use crate::scenario::report::Report;

pub fn signatures(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let scheme = vector.text("scheme")?;
        check_valid(scheme, vector, report)?;
        check_encoding_as("signature", vector, report)?;
        let signature = Signature::try_from(CBOR::try_from_data(vector.bytes("cborHex")?)?)?;
        report.equal("text", Envelope::new(signature).format_flat().as_str(), vector.text("text")?);
        Ok(())
    });
    file.each("invalid", report, |vector, report| check_invalid(vector.text("scheme")?, vector, report));
    file.each("refusals", report, check_refusal);
}

pub fn bip340(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        if vector.flag("valid")? {
            check_valid("schnorr", vector, report)
        } else {
            check_invalid("schnorr", vector, report)
        }
    });
}

pub fn ed25519(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| check_valid("ed25519", vector, report));
    file.each("invalid", report, |vector, report| check_invalid("ed25519", vector, report));
}

pub fn envelopes(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let scheme = vector.text("scheme")?;
        let envelope = check_envelope(vector, report)?;
        check_valid(scheme, vector, report)?;
        let message = envelope.subject().digest().hex();
        report.equal("message", message.as_str(), vector.text("messageHex")?);
        let key = signing_public_key(scheme, &vector.bytes("publicKeyHex")?)?;
        report.holds("the envelope is signed by the key", envelope.has_signature_from(&key)?);
        if vector.has("secondPublicKeyHex") {
            let second = signing_public_key(scheme, &vector.bytes("secondPublicKeyHex")?)?;
            report.holds("and by the second key", envelope.has_signature_from(&second)?);
            report.holds("and by both", envelope.has_signatures_from(&[&key, &second])?);
        }
        Ok(())
    });
}

/// The signature verifies, and signing makes it again where nothing random goes in.
fn check_valid(scheme: &str, vector: &Entry, report: &mut Report) -> Result<()> {
    let message = vector.bytes("messageHex")?;
    let public = signing_public_key(scheme, &vector.bytes("publicKeyHex")?)?;
    let signature = signature(scheme, &vector.bytes("signatureHex")?)?;
    report.holds("verifies", public.verify(&signature, &message));
    if vector.has("privateKeyHex") {
        let key = signing_private_key(scheme, &vector.bytes("privateKeyHex")?)?;
        report.equal("public key", key.public_key()?, public);
        report.holds("made again", sign_again(&key, &message, vector)? == signature);
    }
    Ok(())
}

fn check_invalid(scheme: &str, vector: &Entry, report: &mut Report) -> Result<()> {
    let found = verdict(|| {
        let key = signing_public_key(scheme, &vector.bytes("publicKeyHex")?)?;
        let signature = signature(scheme, &vector.bytes("signatureHex")?)?;
        if key.verify(&signature, &vector.bytes("messageHex")?) { Ok(()) } else { bail!("not verified") }
    });
    report.equal("verifies", found, Verdict::Refuses);
    Ok(())
}

fn sign_again(key: &SigningPrivateKey, message: &[u8], vector: &Entry) -> Result<Signature> {
    let Some(schnorr) = key.to_schnorr() else { return Ok(key.sign(&message)?) };
    let aux_rand = vector.array("auxRandHex")?;
    let data = bc_crypto::schnorr_sign_with_aux_rand(schnorr.data(), message, &aux_rand);
    Ok(Signature::schnorr_from_data(data))
}

pub fn signing_public_key(scheme: &str, data: &[u8]) -> Result<SigningPublicKey> {
    Ok(match scheme {
        "schnorr" => SigningPublicKey::from_schnorr(SchnorrPublicKey::from_data_ref(data)?),
        "ecdsa" => SigningPublicKey::from_ecdsa(ECPublicKey::from_data_ref(data)?),
        "ed25519" => SigningPublicKey::from_ed25519(Ed25519PublicKey::from_data_ref(data)?),
        _ => bail!("no scheme {scheme}"),
    })
}

fn signing_private_key(scheme: &str, data: &[u8]) -> Result<SigningPrivateKey> {
    Ok(match scheme {
        "schnorr" => SigningPrivateKey::new_schnorr(ECPrivateKey::from_data_ref(data)?),
        "ecdsa" => SigningPrivateKey::new_ecdsa(ECPrivateKey::from_data_ref(data)?),
        "ed25519" => SigningPrivateKey::new_ed25519(Ed25519PrivateKey::from_data_ref(data)?),
        _ => bail!("no scheme {scheme}"),
    })
}

fn signature(scheme: &str, data: &[u8]) -> Result<Signature> {
    Ok(match scheme {
        "schnorr" => Signature::schnorr_from_data_ref(data)?,
        "ecdsa" => Signature::ecdsa_from_data_ref(data)?,
        "ed25519" => Signature::ed25519_from_data_ref(data)?,
        _ => bail!("no scheme {scheme}"),
    })
}
