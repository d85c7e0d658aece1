//! New keys of a server: `rotations.json`. `bc-xid` reads every document; the rules are those of docs/protocol.md.
use anyhow::{Context, Result, ensure};
use bc_components::{PublicKeys, XID, XIDProvider};
use bc_envelope::prelude::*;
use bc_xid::XIDDocument;

use super::entry::Entry;
use super::envelopes::printed;
use crate::scenario::report::Report;

pub fn rotations(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let announced = document(vector.text("announced")?)?;
        report.equal("notation", announced.format_flat(), printed(vector.text("notation")?));
        let outcome = vector.text("outcome")?;
        let read = XIDDocument::from_ur_string(vector.text("announced")?)?;
        let is_other = read.xid() != XID::from_hex(file.text("xidHex")?);
        report.equal("another XID", is_other, vector.text("name")? == "the document of another XID");
        let known = if vector.has("known") { Some(document(vector.text("known")?)?) } else { None };
        let (found, server) = judge(known.as_ref(), &announced)?;
        report.equal("outcome", found, outcome);
        if vector.has("keys") {
            let keys = PublicKeys::from_ur_string(vector.text("keys")?)?;
            report.holds("the new keys", server.is_some_and(|server| server.keys == keys));
            // Whoever knows nothing of rotations takes the key of the document.
            let taken = read.verification_key() == Some(keys.signing_public_key());
            let is_answer = vector.text("name")?.starts_with("an answer by the old keys");
            report.equal("the key of the document is the new one", taken, !is_answer);
        }
        Ok(())
    });
}

struct Server {
    xid: XID,
    keys: PublicKeys,
    /// The keys before, the first ones first.
    replaced: Vec<PublicKeys>,
}

struct Rotation {
    signed: Envelope,
    sequence: u64,
    replaced: PublicKeys,
    keys: PublicKeys,
}

fn document(ur: &str) -> Result<Envelope> {
    Ok(Envelope::try_from(UR::from_ur_string(ur)?.cbor())?)
}

/// What a client makes of it, and with which keys it goes on.
fn judge(known: Option<&Envelope>, announced: &Envelope) -> Result<(&'static str, Option<Server>)> {
    let Ok(found) = server_of(announced) else { return Ok(("not-a-server", None)) };
    let Some(known) = known.map(server_of).transpose()? else { return Ok(("follow", Some(found))) };
    Ok(if found.xid != known.xid {
        ("stranger", None)
    } else if found.keys == known.keys {
        ("same", Some(known))
    } else if found.replaced.contains(&known.keys) {
        ("follow", Some(found))
    } else if known.replaced.contains(&found.keys) {
        ("replaced-keys", None)
    } else {
        ("stranger", None)
    })
}

fn server_of(document: &Envelope) -> Result<Server> {
    let read = XIDDocument::try_from(document)?;
    let mut rotations = Vec::new();
    for key in document.objects_for_predicate(known_values::KEY) {
        for signed in key.objects_for_predicate("rotation") {
            rotations.push(rotation(signed, read.xid())?);
        }
    }
    rotations.sort_by_key(|rotation| rotation.sequence);
    let mut server: Option<Server> = None;
    for (place, rotation) in rotations.into_iter().enumerate() {
        let Rotation { signed, sequence, replaced, keys } = rotation;
        ensure!(sequence == place as u64 + 1, "rotation {} is number {sequence}", place + 1);
        let old = replaced.signing_public_key();
        let follows = match &server {
            None => read.xid().validate(old),
            Some(before) => before.keys == replaced,
        };
        ensure!(follows, "rotation {sequence} replaces other keys");
        ensure!(signed.has_signature_from(old)?, "rotation {sequence} is not signed by the keys it replaces");
        let mut before = server.map(|server| server.replaced).unwrap_or_default();
        before.push(replaced);
        server = Some(Server { xid: read.xid(), keys, replaced: before });
    }
    if let Some(server) = server {
        return Ok(server);
    }
    let inception = read.inception_key().context("no key that the XID began with")?;
    Ok(Server { xid: read.xid(), keys: inception.public_keys().clone(), replaced: Vec::new() })
}

fn rotation(signed: Envelope, xid: XID) -> Result<Rotation> {
    ensure!(signed.assertions().len() == 1, "something stands beside the signature");
    let inner = signed.try_unwrap()?;
    let read = XIDDocument::try_from(&inner)?;
    ensure!(read.xid() == xid, "another XID");
    ensure!(inner.assertions().len() == 1, "more than one key");
    let key = inner.object_for_predicate(known_values::KEY)?;
    ensure!(!key.assertions().iter().any(|assertion| assertion.is_obscured()), "something is hidden");
    Ok(Rotation {
        sequence: key.extract_object_for_predicate("sequence")?,
        replaced: key.extract_object_for_predicate("replaces")?,
        keys: key.extract_subject()?,
        signed,
    })
}
