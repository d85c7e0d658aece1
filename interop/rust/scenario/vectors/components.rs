//! Keys and identifiers: `keys.json` and `identifiers.json`.
use anyhow::{Context, Result, bail};
use bc_components::{
    ARID, Digest, ECKey, EncapsulationPrivateKey, EncapsulationPublicKey, EncryptedMessage, PrivateKeyBase,
    PrivateKeys, PrivateKeysProvider, PublicKeys, PublicKeysProvider, SealedMessage, Signature,
    SigningPrivateKey, SigningPublicKey, SymmetricKey, Verifier, XID, XIDProvider,
};
use bc_envelope::prelude::*;
use bc_ur::bytewords;

use super::entry::Entry;
use super::envelopes::printed;
use super::laxer::{Verdict, check_refused, verdict};
use super::signatures::signing_public_key;
use crate::scenario::report::Report;

pub fn keys(file: &Entry, report: &mut Report) {
    file.each("vectors", report, derivations);
    file.each("encodings", report, check_encoding);
    file.each("refusals", report, check_refusal);
    file.each("invalid", report, check_useless_key);
}

pub fn identifiers(file: &Entry, report: &mut Report) {
    file.each("vectors", report, identifier);
    file.each("xids", report, |vector, report| {
        let key = SigningPublicKey::try_from(CBOR::try_from_hex(vector.text("signingPublicKeyHex")?)?)?;
        report.equal("XID", XID::new(&key).to_hex(), vector.text("xidHex")?.to_string());
        Ok(())
    });
    file.each("refusals", report, check_refusal);
}

fn derivations(vector: &Entry, report: &mut Report) -> Result<()> {
    let base = PrivateKeyBase::from_data(vector.bytes("materialHex")?);
    let (private, public) = (base.private_keys(), base.public_keys());
    let signing = base.schnorr_signing_private_key();
    let schnorr = signing.to_schnorr().context("not a Schnorr key")?;
    let agreement = base.x25519_private_key();
    for (field, found) in [
        ("signingPrivateKeyHex", hex::encode(schnorr.data())),
        ("schnorrPublicKeyHex", hex::encode(schnorr.schnorr_public_key().data())),
        ("ecdsaPublicKeyHex", hex::encode(schnorr.public_key().data())),
        ("encapsulationPrivateKeyHex", agreement.hex()),
        ("encapsulationPublicKeyHex", agreement.public_key().hex()),
        ("privateKeyBaseUR", base.ur_string()),
        ("privateKeysUR", private.ur_string()),
        ("publicKeysUR", public.ur_string()),
        ("xidHex", public.signing_public_key().xid().to_hex()),
    ] {
        report.equal(field, found.as_str(), vector.text(field)?);
    }
    let text = Envelope::new(private.clone()).format_flat();
    report.equal("privateKeysText", text, printed(vector.text("privateKeysText")?));
    let text = Envelope::new(public.clone()).format_flat();
    report.equal("publicKeysText", text, printed(vector.text("publicKeysText")?));
    let ed25519 = base.ed25519_signing_private_key().public_key()?;
    let expected = signing_public_key("ed25519", &vector.bytes("ed25519PublicKeyHex")?)?;
    report.equal("Ed25519 public key", ed25519, expected);
    report.equal("keys from their UR", PrivateKeys::from_ur_string(private.ur_string())?, private);
    report.equal("public keys from their UR", PublicKeys::from_ur_string(public.ur_string())?, public);
    Ok(())
}

fn identifier(vector: &Entry, report: &mut Report) -> Result<()> {
    check_encoding(vector, report)?;
    let cbor = CBOR::try_from_data(vector.bytes("cborHex")?)?;
    report.equal("text", Envelope::new(cbor).format_flat().as_str(), vector.text("text")?);
    let data: [u8; 32] = vector.array("dataHex")?;
    let [a, b, c, d, ..] = data;
    let words = bytewords::identifier(&[a, b, c, d]).to_uppercase();
    report.equal("bytewords", words.as_str(), vector.text("bytewords")?);
    report.equal(
        "bytemoji",
        bytewords::bytemoji_identifier(&[a, b, c, d]).as_str(),
        vector.text("bytemoji")?,
    );
    Ok(())
}

/// `cborHex` is a value of `type` and comes out again; `ur` holds the same without its tag.
pub fn check_encoding(vector: &Entry, report: &mut Report) -> Result<()> {
    check_encoding_as(vector.text("type")?, vector, report)
}

pub fn check_encoding_as(kind: &str, vector: &Entry, report: &mut Report) -> Result<()> {
    let data = vector.bytes("cborHex")?;
    report.equal("encoded again", hex::encode(recode(kind, &data)?), hex::encode(&data));
    check_ur(kind, &data, vector.text("ur")?, report)
}

pub fn check_ur(kind: &str, tagged: &[u8], expected: &str, report: &mut Report) -> Result<()> {
    let (_, content) = CBOR::try_from_data(tagged)?.try_into_tagged_value()?;
    report.equal("UR", UR::new(kind, content.clone())?.string().as_str(), expected);
    report.holds("UR read", UR::from_ur_string(expected)?.cbor() == content);
    Ok(())
}

/// `cborHex` is no value of `type`.
pub fn check_refusal(vector: &Entry, report: &mut Report) -> Result<()> {
    let (kind, data) = (vector.text("type")?, vector.bytes("cborHex")?);
    check_refused(vector, verdict(|| recode(kind, &data)), report);
    Ok(())
}

/// A key that is no point, or of small order: the reference reads it, and must verify nothing with it.
fn check_useless_key(vector: &Entry, report: &mut Report) -> Result<()> {
    let cbor = CBOR::try_from_data(vector.bytes("cborHex")?)?;
    let Ok(key) = SigningPublicKey::try_from(cbor.clone()) else {
        let read = verdict(|| EncapsulationPublicKey::try_from(cbor));
        check_refused(vector, read, report);
        return Ok(());
    };
    for signature in [
        Signature::schnorr_from_data([1; 64]),
        Signature::ecdsa_from_data([1; 64]),
        Signature::ed25519_from_data([1; 64]),
    ] {
        let found = verdict(|| if key.verify(&signature, b"message") { Ok(()) } else { Err(()) });
        report.equal("verifies", found, Verdict::Refuses);
    }
    Ok(())
}

/// Decodes tagged CBOR as what `kind`, a UR type, names, and encodes it again.
fn recode(kind: &str, data: &[u8]) -> Result<Vec<u8>> {
    let cbor = CBOR::try_from_data(data)?;
    let again: CBOR = match kind {
        "agreement-private-key" => EncapsulationPrivateKey::try_from(cbor)?.into(),
        "agreement-public-key" => EncapsulationPublicKey::try_from(cbor)?.into(),
        "arid" => ARID::try_from(cbor)?.into(),
        "crypto-key" => SymmetricKey::from_tagged_cbor(cbor)?.into(),
        "crypto-prvkey-base" => PrivateKeyBase::try_from(cbor)?.into(),
        "crypto-prvkeys" => PrivateKeys::try_from(cbor)?.into(),
        "crypto-pubkeys" => PublicKeys::try_from(cbor)?.into(),
        "crypto-sealed" => SealedMessage::try_from(cbor)?.into(),
        "digest" => Digest::try_from(cbor)?.into(),
        "encrypted" => EncryptedMessage::try_from(cbor)?.into(),
        "signature" => Signature::try_from(cbor)?.into(),
        "signing-private-key" => SigningPrivateKey::try_from(cbor)?.into(),
        "signing-public-key" => SigningPublicKey::try_from(cbor)?.into(),
        "xid" => XID::try_from(cbor)?.into(),
        _ => bail!("no checks for the type {kind}"),
    };
    Ok(again.to_cbor_data())
}
