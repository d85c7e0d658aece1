//! Encryption, key agreement, sealed messages; encrypted and compressed envelopes.
use anyhow::{Result, bail};
use bc_components::{
    EncapsulationPrivateKey, EncryptedMessage, Nonce, SealedMessage, SymmetricKey, X25519PrivateKey,
    X25519PublicKey,
};
use bc_envelope::prelude::*;

use super::components::{check_refusal, check_ur};
use super::entry::Entry;
use super::envelopes::check_envelope;
use super::laxer::{check_refused, verdict};
use crate::generation;
use crate::scenario::report::Report;

pub fn components(file: &Entry, report: &mut Report) {
    file.each("vectors", report, encrypted_message);
    file.each("agreements", report, |vector, report| {
        let key = X25519PrivateKey::from_data_ref(vector.bytes("privateKeyHex")?)?;
        let peer = X25519PublicKey::from_data_ref(vector.bytes("publicKeyHex")?)?;
        report.equal("shared key", key.shared_key_with(&peer).hex().as_str(), vector.text("sharedKeyHex")?);
        Ok(())
    });
    file.each("sealed", report, sealed_message);
    file.each("smallOrder", report, |vector, report| {
        let key = X25519PrivateKey::from_data_ref([7; 32])?;
        let peer = X25519PublicKey::from_data_ref(vector.bytes("publicKeyHex")?)?;
        check_refused(vector, verdict(|| Ok::<_, ()>(key.shared_key_with(&peer))), report);
        Ok(())
    });
    file.each("refusals", report, check_refusal);
}

pub fn envelopes(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let envelope = check_envelope(vector, report)?;
        let plain = Envelope::try_from_cbor_data(vector.bytes("plainCborHex")?)?;
        match vector.text("kind")? {
            "encrypted" => check_encrypted(vector, &envelope, &plain, report),
            "recipients" => {
                check_encrypted(vector, &envelope, &plain, report)?;
                check_recipients(vector, &envelope, &plain, report)
            }
            "compressed" => {
                let found = generation::decompress(&envelope)?;
                report.holds("decompressed", found.is_identical_to(&plain));
                let again = generation::decompress(&plain.compress()?)?;
                report.holds("compressed and decompressed", again.is_identical_to(&plain));
                Ok(())
            }
            other => bail!("no checks for the kind {other}"),
        }
    });
}

fn encrypted_message(vector: &Entry, report: &mut Report) -> Result<()> {
    let data = vector.bytes("cborHex")?;
    let message = EncryptedMessage::try_from(CBOR::try_from_data(&data)?)?;
    let key = SymmetricKey::from_data_ref(vector.bytes("keyHex")?)?;
    let nonce = Nonce::from_data_ref(vector.bytes("nonceHex")?)?;
    let plaintext = vector.bytes("plaintextHex")?;
    report.equal("decrypted", key.decrypt(&message)?, plaintext.clone());
    let again: CBOR = key.encrypt(plaintext, Some(vector.bytes("aadHex")?), Some(nonce)).into();
    report.equal("encrypted", hex::encode(again.to_cbor_data()), hex::encode(&data));
    check_ur("encrypted", &data, vector.text("ur")?, report)
}

fn sealed_message(vector: &Entry, report: &mut Report) -> Result<()> {
    let data = vector.bytes("cborHex")?;
    let message = SealedMessage::try_from(CBOR::try_from_data(&data)?)?;
    let key = agreement_key(&vector.bytes("recipientPrivateKeyHex")?)?;
    report.equal("opened", message.decrypt(&key)?, vector.bytes("plaintextHex")?);
    let ephemeral = X25519PrivateKey::from_data_ref(vector.bytes("ephemeralPrivateKeyHex")?)?;
    let recipient = X25519PublicKey::from_data_ref(vector.bytes("recipientPublicKeyHex")?)?;
    let shared = ephemeral.shared_key_with(&recipient).hex();
    report.equal("shared key", shared.as_str(), vector.text("sharedKeyHex")?);
    check_ur("crypto-sealed", &data, vector.text("ur")?, report)
}

fn check_encrypted(vector: &Entry, envelope: &Envelope, plain: &Envelope, report: &mut Report) -> Result<()> {
    let key = SymmetricKey::from_data_ref(vector.bytes("contentKeyHex")?)?;
    let found = envelope.decrypt_subject(&key)?;
    report.holds("decrypted", found.subject().is_identical_to(&plain.subject()));
    let nonce = Nonce::from_data_ref(vector.bytes("nonceHex")?)?;
    let again = plain.subject().encrypt_subject_opt(&key, Some(nonce))?;
    report.holds("encrypted", again.to_cbor_data() == envelope.subject().to_cbor_data());
    Ok(())
}

fn check_recipients(
    vector: &Entry,
    envelope: &Envelope,
    plain: &Envelope,
    report: &mut Report,
) -> Result<()> {
    let recipients = vector.list("recipients")?;
    report.equal("number of recipients", envelope.recipients()?.len(), recipients.len());
    let sealed: Vec<CBOR> = envelope.recipients()?.into_iter().map(CBOR::from).collect();
    for recipient in recipients {
        let private_keys = agreement_key(&recipient.bytes("agreementPrivateKeyHex")?)?;
        let message = CBOR::try_from_data(recipient.bytes("sealedMessageCborHex")?)?;
        report.holds("the sealed message is there", sealed.contains(&message));
        let key = SealedMessage::try_from(message)?.decrypt(&private_keys)?;
        let found = envelope.decrypt_subject(&SymmetricKey::from_tagged_cbor_data(key)?)?;
        report.holds("opened", found.subject().is_identical_to(&plain.subject()));
    }
    let stranger = agreement_key(&vector.bytes("strangerPrivateKeyHex")?)?;
    let opened = envelope.recipients()?.iter().any(|message| message.decrypt(&stranger).is_ok());
    report.holds("a stranger opens nothing", !opened);
    Ok(())
}

fn agreement_key(data: &[u8]) -> Result<EncapsulationPrivateKey> {
    Ok(EncapsulationPrivateKey::X25519(X25519PrivateKey::from_data_ref(data)?))
}
