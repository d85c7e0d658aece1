//! What the middle and the newest generation have in common, and the oldest calls otherwise.
use anyhow::Result;
use bc_components::PublicKeys;
use bc_envelope::prelude::*;
use bc_xid::{
    XIDDocument, XIDGeneratorOptions, XIDGenesisMarkOptions, XIDInceptionKeyOptions, XIDPrivateKeyOptions,
    XIDSigningOptions,
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

/// Notation as the reference prints it, which is ours.
pub fn printed(notation: &str) -> String {
    notation.to_string()
}
