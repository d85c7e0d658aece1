//! Where every generation of the reference takes what this project refuses. What one generation decides otherwise stands
//! in its own `generation.rs`, and the few places where it is the other way round.
//!
//! About everything else both agree. A difference that is not listed fails its check, and so does an entry
//! that no longer holds: the tables are complete.
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::entry::Entry;
use crate::generation;
use crate::scenario::report::Report;

/// Vectors about which the reference decides otherwise than this project.
pub struct Difference {
    pub file: &'static str,
    pub reason: &'static str,
    pub names: &'static [&'static str],
}

const LAXER: &[Difference] = &[
    Difference {
        file: "encryption.json",
        reason: "a small-order key is taken, and agrees on a secret that everybody knows",
        names: &[
            "u = 0",
            "u = 0, with the top bit set",
            "u = 1",
            "u = 1, with the top bit set",
            "the first u of order 8",
            "the first u of order 8, with the top bit set",
            "the second u of order 8",
            "the second u of order 8, with the top bit set",
            "u = p - 1",
            "u = p - 1, with the top bit set",
            "u = p",
            "u = p, with the top bit set",
            "u = p + 1",
            "u = p + 1, with the top bit set",
        ],
    },
    Difference {
        file: "encryption.json",
        reason: "elements past the fourth are ignored, and an empty one is read as none",
        names: &["five parts", "an empty fourth part"],
    },
    Difference {
        file: "envelope-refusals.json",
        reason: "assertions out of order are sorted",
        names: &[
            "assertions in descending order",
            "assertions in descending order, both elided",
            "assertions in descending order, inside a wrapped envelope",
            "assertions in descending order, on a predicate",
            "a signed request whose assertions are out of order",
        ],
    },
    Difference {
        file: "envelope-refusals.json",
        reason: "an assertion may stand there twice",
        names: &[
            "a signed request with an assertion twice",
            "the same assertion twice",
            "an assertion and the same one elided",
            "the same elided assertion twice",
            "the same signature twice",
        ],
    },
    Difference {
        file: "envelope-refusals.json",
        reason: "elements past the fourth are ignored",
        names: &["encrypted with five elements"],
    },
    Difference {
        file: "envelope-refusals.json",
        reason: "a negative size wraps around",
        names: &["compressed, negative size"],
    },
    Difference {
        file: "envelope-refusals.json",
        reason: "no limit of depth: with a stack of usual size the process ends",
        names: &[
            "ten thousand wrappers",
            "ten thousand arrays in a leaf",
            "ten thousand tags in a leaf",
            "ten thousand maps in a leaf",
            "ten thousand assertions, each the object of the last",
            "ten thousand nodes, each the subject of the last",
        ],
    },
    Difference {
        file: "keys.json",
        reason: "elements past the second are ignored",
        names: &["private key with a third element"],
    },
    Difference { file: "keys.json", reason: "material may be empty", names: &["no key material"] },
    Difference {
        file: "keys.json",
        reason: "points of small order are taken for encapsulation keys",
        names: &[
            "X25519 small order 0000…00",
            "X25519 small order 0100…00",
            "X25519 small order e0eb…00",
            "X25519 small order 5f9c…57",
            "X25519 small order ecff…7f",
            "X25519 small order edff…7f",
            "X25519 small order eeff…7f",
            "X25519 small order 0000…80",
        ],
    },
    Difference {
        file: "post-quantum.json",
        reason: "a signature of ML-DSA may be shorter than it is long",
        names: &["signature: a byte short"],
    },
    Difference {
        file: "request-refusals.json",
        reason: "obscured elements are passed over where none is looked for",
        names: &[
            "the date is elided",
            "a permission of the sender is elided",
            "the sender's document: a private key is elided with its name",
            "the new document: a private key is elided with its name",
        ],
    },
    Difference {
        file: "request-refusals.json",
        reason: "assertions that nobody looks for are passed over",
        names: &[
            "an assertion beside the signature",
            "an assertion that is not expected",
            "an assertion beside the parameters",
            "the sender's document: is bare public keys with a permission",
        ],
    },
    Difference {
        file: "request-refusals.json",
        reason: "parameters that nobody looks for are passed over, and other functions are not the depository's",
        names: &[
            "a parameter too many",
            "a misspelt receipt",
            "a receipt without its type",
            "a receipt of 31 bytes",
            "a numbered parameter",
            "a recipient that is no XID",
            "a fallback of null, for a transfer",
        ],
    },
    Difference {
        file: "request-refusals.json",
        reason: "one signature of the sender is enough, and its metadata need not be signed",
        names: &["two signatures", "metadata that is not signed"],
    },
    Difference {
        file: "request-refusals.json",
        reason: "a later step of GSTP or of the server, or none, looks at it",
        names: &["a continuation in the clear", "an encapsulation key of zeros"],
    },
    Difference {
        file: "signatures.json",
        reason: "a Schnorr signature may stand in an array, before anything",
        names: &["Schnorr signature with its message"],
    },
    Difference {
        file: "signatures.json",
        reason: "a signature of ML-DSA may be shorter than it is long",
        names: &["ML-DSA-44 signature of one byte"],
    },
    Difference {
        file: "ssh.json",
        reason: "signatures and keys of SSH are read from other texts than those that are written, and from older ones",
        names: &[
            "version 0",
            "a length that goes beyond the end",
            "without the last line break",
            "signature: in lines that end as on Windows",
        ],
    },
    Difference {
        file: "ssh.json",
        reason: "what is no point, or of small order, is a key until it verifies nothing, and so is a compressed point",
        names: &[
            "Ed25519, of small order",
            "Ed25519, not on the curve",
            "P-256, not on the curve",
            "P-256, compressed",
            "P-384, not on the curve",
        ],
    },
    Difference {
        file: "ssh.json",
        reason: "keys of SSH sign, and more kinds are known",
        names: &[
            "signing-public-key: of P-521",
            "signing-public-key: of DSA",
            "signing-private-key: which nobody here signs with",
            "signature: by P-521",
            "signature: by DSA",
        ],
    },
    Difference {
        file: "tampered-messages.json",
        reason: "a verified signature says nothing about elided parameters",
        names: &["a parameter elided"],
    },
    Difference {
        file: "tampered-messages.json",
        reason: "any key in a document speaks for its XID",
        names: &["somebody else's XID"],
    },
    Difference {
        file: "tampered-messages.json",
        reason: "the ID of a response is left to the caller to compare",
        names: &["a response to another request"],
    },
    Difference {
        file: "uniform-resources.json",
        reason: "the numbers in the path of a part are not read",
        names: &[
            "refused: part number zero",
            "refused: zero parts",
            "refused: a part number that differs from the one inside",
        ],
    },
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Accepts,
    Refuses,
}

/// What the reference makes of an input. On some input it panics, which counts as a refusal.
pub fn verdict<T, E>(attempt: impl FnOnce() -> Result<T, E>) -> Verdict {
    match catch_unwind(AssertUnwindSafe(attempt)) {
        Ok(Ok(_)) => Verdict::Accepts,
        _ => Verdict::Refuses,
    }
}

/// Checks that the reference refuses a vector, unless the table says that it does not.
pub fn check_refused(vector: &Entry, found: Verdict, report: &mut Report) {
    check_verdict(vector, found, Verdict::Refuses, report);
}

/// The same, where the usual verdict of the reference is another one.
pub fn check_verdict(vector: &Entry, found: Verdict, usual: Verdict, report: &mut Report) {
    let (expected, reason) = match (laxer(vector), reason_in(generation::STRICTER, vector)) {
        (Some(reason), _) => (Verdict::Accepts, Some(reason)),
        (_, Some(reason)) => (Verdict::Refuses, Some(reason)),
        _ => (usual, None),
    };
    let what = reason.map_or("verdict".to_string(), |reason| format!("verdict, listed as: {reason}"));
    report.equal(&what, found, expected);
}

/// Every name in the tables must be one of a vector.
pub fn check_names(file: &Entry, report: &mut Report) {
    let tables = [LAXER, generation::LAXER, generation::STRICTER];
    let listed = tables.into_iter().flatten().filter(|entry| entry.file == file.file());
    for name in listed.flat_map(|entry| entry.names) {
        report.holds(&format!("the table names a vector: {name}"), file.names().contains(name));
    }
}

fn laxer(vector: &Entry) -> Option<&'static str> {
    reason_in(LAXER, vector).or_else(|| reason_in(generation::LAXER, vector))
}

fn reason_in(table: &'static [Difference], vector: &Entry) -> Option<&'static str> {
    let name = vector.text("name").ok()?;
    let entry = table.iter().find(|entry| entry.file == vector.file() && entry.names.contains(&name))?;
    Some(entry.reason)
}
