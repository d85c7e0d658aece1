//! What the middle and the newest generation have in common, and the oldest calls otherwise.
use anyhow::Result;
use bc_components::{KeyDerivationMethod, PublicKeys, URI};
use bc_envelope::prelude::*;
use bc_xid::{
    Delegate, HasNickname, HasPermissions, Key, Privilege, Service, XIDDocument, XIDGeneratorOptions,
    XIDGenesisMarkOptions, XIDInceptionKeyOptions, XIDPrivateKeyOptions, XIDSigningOptions,
};

use crate::scenario::documents::Sender;
use crate::scenario::peer::{USUAL, Wallet};
use crate::scenario::vectors::Difference;

/// Both generations take these.
pub const BESIDE_SIGNATURE: Difference = Difference {
    file: "request-refusals.json",
    reason: "assertions that nobody looks for are passed over, beside a signature too",
    names: &[
        "the sender's document: has something beside its signature",
        "the new document: has something beside its signature",
    ],
};

/// Both generations refuse these.
pub const ELIDED_SECRET: Difference = Difference {
    file: "requests.json",
    reason: "a secret under its name is encrypted or in the clear, and never elided alone",
    names: &[
        "storeShare, the sender's document: a private key, salted and elided, plain",
        "storeShare, the sender's document: the generator of its marks, salted and elided, plain",
        "updateXIDDocument, the new document: a private key, salted and elided, sealed",
        "updateXIDDocument, the new document: the generator of its marks, salted and elided, sealed",
    ],
};

pub fn document(keys: &PublicKeys) -> XIDDocument {
    XIDDocument::new(XIDInceptionKeyOptions::PublicKeys(keys.clone()), XIDGenesisMarkOptions::None)
}

pub fn document_envelope(document: &XIDDocument) -> Envelope {
    let (keys, generator) = (XIDPrivateKeyOptions::default(), XIDGeneratorOptions::default());
    document.to_envelope(keys, generator, XIDSigningOptions::default()).expect("a document can be written")
}

pub fn read_document(envelope: &Envelope) -> Result<XIDDocument> {
    Ok(XIDDocument::try_from(envelope)?)
}

pub fn decompress(envelope: &Envelope) -> Result<Envelope> {
    Ok(envelope.decompress()?)
}

/// Knows the names and notations of all that may stand in an envelope.
pub fn register_tags() {
    bc_envelope::register_tags();
    provenance_mark::register_tags();
}

const PASSWORD: &[u8] = b"correct horse battery staple";

/// A wallet's document with private keys and a provenance mark, as it is made.
pub fn full_document(wallet: &Wallet) -> XIDDocument {
    let keys = XIDInceptionKeyOptions::PublicAndPrivateKeys(wallet.public_keys.clone(), wallet.keys.clone());
    let mark = XIDGenesisMarkOptions::Passphrase("a passphrase".to_string(), None, None, None);
    XIDDocument::new(keys, mark)
}

fn locked_keys(method: KeyDerivationMethod) -> XIDPrivateKeyOptions {
    XIDPrivateKeyOptions::Encrypt { method, password: PASSWORD.to_vec() }
}

fn locked_generator(method: KeyDerivationMethod) -> XIDGeneratorOptions {
    XIDGeneratorOptions::Encrypt { method, password: PASSWORD.to_vec() }
}

/// What a wallet keeps: everything in it, the secrets locked by a password.
fn locked(document: &XIDDocument) -> Result<Envelope> {
    let method = KeyDerivationMethod::Argon2id;
    let (keys, generator) = (locked_keys(method), locked_generator(method));
    Ok(document.to_envelope(keys, generator, XIDSigningOptions::Inception)?)
}

pub fn senders() -> Result<Vec<Sender>> {
    let mut senders = secret_senders()?;
    let wallet = Wallet::new(USUAL);
    let document = locked(&full_of_others(&wallet)?)?;
    let name =
        "methods, names, endpoints, permissions, a locked delegate, a service; locked and signed".to_string();
    senders.push(Sender { name, wallet, document, refused: None });
    Ok(senders)
}

/// With each way to keep the secrets of a document, signed and not.
fn secret_senders() -> Result<Vec<Sender>> {
    type Options = (&'static str, XIDPrivateKeyOptions, XIDGeneratorOptions, Option<&'static str>);
    let locks = [
        ("locked by Argon2id", KeyDerivationMethod::Argon2id),
        ("locked by PBKDF2", KeyDerivationMethod::PBKDF2),
        ("locked by scrypt", KeyDerivationMethod::Scrypt),
    ];
    let mut kinds: Vec<Options> = vec![
        ("left out", XIDPrivateKeyOptions::Omit, XIDGeneratorOptions::Omit, None),
        ("in the clear", XIDPrivateKeyOptions::Include, XIDGeneratorOptions::Include, None),
        ("the generator elided", XIDPrivateKeyOptions::Omit, XIDGeneratorOptions::Elide, None),
        ("the private keys elided", XIDPrivateKeyOptions::Elide, XIDGeneratorOptions::Omit, Some("obscured")),
    ];
    for (name, method) in locks {
        kinds.push((name, locked_keys(method), locked_generator(method), None));
    }
    let mut senders = Vec::new();
    for (name, keys, generator, refused) in kinds {
        for (suffix, signing) in [("", XIDSigningOptions::None), (", signed", XIDSigningOptions::Inception)] {
            let wallet = Wallet::new(USUAL);
            let document = full_document(&wallet).to_envelope(keys.clone(), generator.clone(), signing)?;
            senders.push(Sender { name: format!("secrets {name}{suffix}"), wallet, document, refused });
        }
    }
    Ok(senders)
}

/// The document with all else that this and later generations write.
pub fn full_of_others(wallet: &Wallet) -> Result<XIDDocument> {
    let mut document = full_document(wallet);
    document.add_resolution_method(URI::new("https://resolver.example.com")?);
    let other = Wallet::new(USUAL);
    let mut key = Key::new(&other.public_keys);
    key.set_nickname("the other phone");
    key.add_endpoint(URI::new("https://example.com/other")?);
    key.add_permission(Privilege::Encrypt);
    document.add_key(key)?;
    let delegate_wallet = Wallet::new(USUAL);
    let mut delegate = Delegate::new(XIDDocument::try_from(locked(&full_document(&delegate_wallet))?)?);
    delegate.add_allow(Privilege::Sign);
    document.add_delegate(delegate)?;
    let mut service = Service::new(URI::new("https://example.com/service")?);
    service.add_key(&wallet.public_keys)?;
    service.add_delegate(&delegate_wallet.document)?;
    service.add_allow(Privilege::Encrypt);
    service.add_capability("com.example.messaging")?;
    document.add_service(service)?;
    Ok(document)
}
