//! What this generation of the crates calls otherwise, writes otherwise, or takes where others do not.
#[path = "../../short_marks.rs"]
mod short_marks;
use anyhow::Result;
use bc_components::{PublicKeys, URI};
use bc_envelope::prelude::*;
use bc_xid::{Delegate, XIDDocument};

use crate::scenario::documents::Sender;
use crate::scenario::peer::{USUAL, Wallet};
use crate::scenario::vectors::Difference;
use short_marks::short_marks;

/// Knows the names and notations of all that may stand in an envelope.
pub fn register_tags() {
    bc_envelope::register_tags();
    provenance_mark::register_tags();
}

pub fn document(keys: &PublicKeys) -> XIDDocument {
    XIDDocument::new(keys)
}

pub fn document_envelope(document: &XIDDocument) -> Envelope {
    document.to_unsigned_envelope()
}

/// This generation reads a signed document only by way of its signature.
pub fn read_document(envelope: &Envelope) -> Result<XIDDocument> {
    Ok(if envelope.subject().is_wrapped() {
        XIDDocument::try_from_signed_envelope(envelope)?
    } else {
        XIDDocument::try_from(envelope)?
    })
}

pub fn senders() -> Result<Vec<Sender>> {
    let wallet = Wallet::new(USUAL);
    let mut document = wallet.document.clone();
    document.add_resolution_method(URI::new("https://resolver.example.com")?);
    document.add_delegate(Delegate::new(&Wallet::new(USUAL).document))?;
    let document = document_envelope(&document);
    Ok(vec![Sender {
        name: "a resolution method and a delegate".to_string(),
        wallet,
        document,
        refused: None,
    }])
}

pub fn decompress(envelope: &Envelope) -> Result<Envelope> {
    Ok(envelope.uncompress()?)
}

/// Notation as this generation prints it: later ones know the name of a generator of provenance marks, and also show
/// the keys that `PublicKeys` and `PrivateKeys` hold, and provenance marks by more digits.
pub fn printed(notation: &str) -> String {
    without_inner_keys(&short_marks(&notation.replace("'provenanceGenerator'", "'68'")))
}

fn without_inner_keys(notation: &str) -> String {
    const KEYS: &str = "Keys(";
    let Some(start) = notation.find(KEYS) else { return notation.to_string() };
    let (before, keys) = notation.split_at(start + KEYS.len());
    let mut depth = 1;
    let end = keys.find(|character| {
        depth += match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    let (inside, rest) = keys.split_at(end.unwrap_or(keys.len()));
    let reference = inside.split(',').next().unwrap_or_default();
    format!("{before}{reference}{}", without_inner_keys(rest))
}

/// This generation of the reference takes these.
pub const LAXER: &[Difference] = &[Difference {
    file: "request-refusals.json",
    reason: "obscured elements are passed over where none is looked for",
    names: &[
        "the sender's document: a generator is encrypted beside its mark, and nobody can know how",
        "the new document: a generator is encrypted beside its mark, and nobody can know how",
    ],
}];

/// This project takes these; this generation of the reference refuses them.
pub const STRICTER: &[Difference] = &[
    Difference {
        file: "reference-documents.json",
        reason: "later generations wrote them",
        names: &[
            "signed by its inception key",
            "the private keys locked by Argon2id",
            "the private keys and the generator locked by Argon2id, and signed",
            "an attachment",
        ],
    },
    Difference {
        file: "requests.json",
        reason: "documents are signed, and carry what later generations of the reference take",
        names: &[
            "storeShare, the sender's document: signed by its inception key, plain",
            "storeShare, the sender's document: signed by somebody else: its signature is not looked at, plain",
            "storeShare, the sender's document: an attachment, plain",
            "storeShare, the sender's document: an assertion of one's own, plain",
            "storeShare, the sender's document: a private key and a generator, both encrypted, and signed, plain",
            "storeShare, the sender's document: a delegate whose private key and generator are encrypted, plain",
            "updateXIDDocument, the new document: signed by its inception key, sealed",
            "updateXIDDocument, the new document: signed by somebody else: its signature is not looked at, sealed",
            "updateXIDDocument, the new document: an attachment, sealed",
            "updateXIDDocument, the new document: an assertion of one's own, sealed",
            "updateXIDDocument, the new document: a private key and a generator, both encrypted, and signed, sealed",
            "updateXIDDocument, the new document: a delegate whose private key and generator are encrypted, sealed",
        ],
    },
    Difference {
        file: "requests.json",
        reason: "a private key is read where it stands, and must be in the clear",
        names: &[
            "storeShare, the sender's document: a private key, salted and elided, plain",
            "storeShare, the sender's document: a private key, salted and encrypted, plain",
            "updateXIDDocument, the new document: a private key, salted and elided, sealed",
            "updateXIDDocument, the new document: a private key, salted and encrypted, sealed",
        ],
    },
];
