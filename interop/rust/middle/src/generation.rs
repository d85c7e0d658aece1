//! What this generation of the crates takes where others do not, or the other way round.
#[path = "../../later.rs"]
mod later;
#[path = "../../short_marks.rs"]
mod short_marks;

pub use later::{decompress, document, document_envelope, read_document, register_tags, senders};

use crate::scenario::vectors::Difference;
use short_marks::short_marks;

/// Notation as this generation prints it: the newest shows provenance marks by more digits.
pub fn printed(notation: &str) -> String {
    short_marks(notation)
}

/// This generation of the reference takes these.
pub const LAXER: &[Difference] = &[later::BESIDE_SIGNATURE];

/// This project takes these; this generation of the reference refuses them.
pub const STRICTER: &[Difference] = &[
    Difference {
        file: "reference-documents.json",
        reason: "a later generation wrote it",
        names: &["an attachment"],
    },
    Difference {
        file: "requests.json",
        reason: "a document has nothing but what this generation knows",
        names: &[
            "storeShare, the sender's document: an attachment, plain",
            "storeShare, the sender's document: an assertion of one's own, plain",
            "updateXIDDocument, the new document: an attachment, sealed",
            "updateXIDDocument, the new document: an assertion of one's own, sealed",
        ],
    },
    later::ELIDED_SECRET,
];
