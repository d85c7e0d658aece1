//! XID documents: `xid-documents.json`.
use anyhow::Result;
use bc_components::{PublicKeys, SigningPublicKey, XID, XIDProvider};
use bc_envelope::prelude::*;
use bc_xid::{Service, XIDDocument};

use super::entry::Entry;
use super::envelopes::{check_envelope, printed};
use super::laxer::{Verdict, check_verdict, verdict};
use crate::generation;
use crate::scenario::report::Report;

pub fn xid_documents(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        if vector.has("cborHex") {
            let service = check_envelope(vector, report)?;
            let again = Service::try_from(&service)?.into_envelope();
            report.equal("service, parsed and built again", again.digest(), service.digest());
            return Ok(());
        }
        document(vector, report)
    });
    for name in ["first", "second"] {
        report.about(name, |report| {
            let identity = file.at("identities")?.at(name)?;
            let keys = PublicKeys::try_from(CBOR::try_from_data(identity.bytes("publicKeysCborHex")?)?)?;
            let xid = XID::new(keys.signing_public_key()).to_hex();
            report.equal("XID", xid.as_str(), identity.text("xidHex")?);
            Ok(())
        });
    }
}

/// Documents of the newest generation: whether others read them is up to each.
pub fn written(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let envelope = check_envelope(vector, report)?;
        let read = verdict(|| XIDDocument::try_from(&envelope));
        check_verdict(vector, read, Verdict::Accepts, report);
        if let Ok(document) = XIDDocument::try_from(&envelope) {
            report.equal("XID", document.xid().to_hex().as_str(), vector.text("xidHex")?);
        }
        Ok(())
    });
}

fn document(vector: &Entry, report: &mut Report) -> Result<()> {
    let envelope = Envelope::try_from_cbor_data(vector.bytes("envelopeCborHex")?)?;
    report.equal("digest", envelope.digest().hex().as_str(), vector.text("digestHex")?);
    report.equal("notation", envelope.format_flat(), printed(vector.text("notation")?));
    let is_signed = envelope.subject().is_wrapped();
    let document = generation::read_document(&envelope)?;
    report.equal("XID", document.xid().to_hex().as_str(), vector.text("xidHex")?);
    if vector.has("inceptionKey") {
        let found = document.inception_signing_key().is_some();
        report.equal("inception key", found, vector.flag("inceptionKey")?);
    }
    if is_signed {
        let key: &SigningPublicKey = document.verification_key().unwrap();
        report.holds("signed", envelope.has_signature_from(key)?);
        return Ok(());
    }
    report.equal("built again", generation::document_envelope(&document).digest(), envelope.digest());
    let tagged = document.tagged_cbor().to_cbor_data();
    report.equal("tagged CBOR", hex::encode(tagged).as_str(), vector.text("xidCborHex")?);
    report.equal("UR", document.ur_string().as_str(), vector.text("ur")?);
    report.holds("UR read", XIDDocument::from_ur_string(vector.text("ur")?)? == document);
    Ok(())
}
