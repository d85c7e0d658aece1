//! What this generation of the crates takes where others do not, or the other way round.
#[path = "../../later.rs"]
mod later;

pub use later::{decompress, document, document_envelope, printed, read_document};

use crate::scenario::vectors::Difference;

/// This generation of the reference takes these.
pub const LAXER: &[Difference] = &[
    Difference {
        file: "request-refusals.json",
        reason: "assertions that nobody looks for are passed over, beside a signature too",
        names: &[
            "the sender's document: has something beside its signature",
            "the new document: has something beside its signature",
        ],
    },
    Difference {
        file: "request-refusals.json",
        reason: "an elided assertion on a document is kept like any other that nobody knows",
        names: &[
            "the sender's document: a private key is elided beside the key",
            "the new document: a private key is elided beside the key",
        ],
    },
];

/// This project takes these; this generation of the reference refuses them.
pub const STRICTER: &[Difference] = &[Difference {
    file: "requests.json",
    reason: "a secret under its name is encrypted or in the clear, and never elided alone",
    names: &[
        "storeShare, the sender's document: a private key, salted and elided, plain",
        "storeShare, the sender's document: the generator of its marks, salted and elided, plain",
        "updateXIDDocument, the new document: a private key, salted and elided, sealed",
        "updateXIDDocument, the new document: the generator of its marks, salted and elided, sealed",
    ],
}];
