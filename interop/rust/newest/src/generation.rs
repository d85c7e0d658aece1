//! What this generation of the crates takes where others do not, or the other way round.
#[path = "../../later.rs"]
mod later;

pub use later::{decompress, document, document_envelope, read_document, register_tags};

use anyhow::Result;
use bc_components::XIDProvider;
use bc_envelope::prelude::*;

use crate::scenario::documents::Sender;
use crate::scenario::peer::{USUAL, Wallet};
use crate::scenario::vectors::Difference;

/// Notation as this generation prints it: as this project does.
pub fn printed(notation: &str) -> String {
    notation.to_string()
}

/// With attachments, edges and assertions of one's own besides.
pub fn senders() -> Result<Vec<Sender>> {
    let mut senders = later::senders()?;
    let wallet = Wallet::new(USUAL);
    let mut document = later::full_of_others(&wallet)?;
    document.add_attachment("a payload", "com.example", Some("https://example.com/v1"));
    document.add_edge(
        Envelope::new("knows somebody")
            .add_assertion(known_values::IS_A, "schema:colleague")
            .add_assertion(known_values::SOURCE, wallet.document.xid())
            .add_assertion(known_values::TARGET, Wallet::new(USUAL).document.xid()),
    );
    let document = document_envelope(&document);
    let own = document.add_assertion("com.example.color", "blue").add_assertion("nothing", Envelope::unit());
    for (name, document) in
        [("an attachment and an edge", document), ("assertions of one's own besides", own)]
    {
        let wallet = Wallet {
            document: wallet.document.clone(),
            keys: wallet.keys.clone(),
            public_keys: wallet.public_keys.clone(),
        };
        senders.push(Sender { name: name.to_string(), wallet, document, refused: None });
    }
    Ok(senders)
}

/// This generation of the reference takes these.
pub const LAXER: &[Difference] = &[
    later::BESIDE_SIGNATURE,
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
pub const STRICTER: &[Difference] = &[later::ELIDED_SECRET];
