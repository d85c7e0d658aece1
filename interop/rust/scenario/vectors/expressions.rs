//! Functions, requests, responses, events, continuations and receipts: `expressions.json`.
use anyhow::{Context, Result, bail};
use bc_components::{ARID, XID};
use bc_envelope::prelude::*;
use depo_api::{
    DeleteAccount, FinishRecovery, GetRecovery, GetShares, GetSharesResult, Receipt, StartRecovery,
    StoreShare, UpdateRecovery, UpdateXIDDocument,
};
use gstp::Continuation;

use super::entry::Entry;
use super::envelopes::check_envelope;
use crate::scenario::report::Report;

pub fn expressions(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let envelope = check_envelope(vector, report)?;
        if let Some(again) = parse_and_build(vector.text("notation")?, envelope.clone())? {
            report.equal("parsed and built again", again.digest(), envelope.digest());
        }
        if vector.has("receiptHex") {
            check_receipt(vector, report)?;
        }
        Ok(())
    });
}

/// The receipt that the reference computes for an account and data.
pub fn check_receipt(vector: &Entry, report: &mut Report) -> Result<()> {
    let receipt = Receipt::new(XID::from_data(vector.array("xidHex")?), vector.bytes("dataHex")?);
    report.equal("receipt", receipt.hex().as_str(), vector.text("receiptHex")?);
    Ok(())
}

/// Reads the envelope as what its notation shows, and builds it anew from that; none for plain values.
fn parse_and_build(notation: &str, envelope: Envelope) -> Result<Option<Envelope>> {
    Ok(Some(match notation {
        text if text.starts_with("request(") => Request::try_from(envelope)?.into(),
        text if text.starts_with("event(") => Event::<String>::try_from(envelope)?.into(),
        // A sender is GSTP's addition, which a bare response does not keep.
        text if text.starts_with("response(") && !text.contains("'sender'") => {
            Response::try_from(envelope)?.into()
        }
        text if text.starts_with("Bytes(32) [ 'isA'") => Receipt::try_from(envelope)?.into(),
        text if text.starts_with("'OK' [") => GetSharesResult::try_from(envelope)?.into(),
        text if text.starts_with("{ \"The state") => {
            Continuation::try_from_envelope(&envelope, None::<ARID>, None, None)?.to_envelope(None)
        }
        text if text.starts_with('«') => call(Expression::try_from(envelope)?)?.into(),
        _ => return Ok(None),
    }))
}

/// The call as the depository's own types write it.
fn call(expression: Expression) -> Result<Expression> {
    if *expression.function() == functions::ADD {
        return Ok(expression);
    }
    let name = expression.function().named_name().context("a numbered function")?;
    Ok(match name.as_str() {
        "storeShare" => StoreShare::try_from(expression)?.into(),
        "getShares" => GetShares::try_from(expression)?.into(),
        "updateRecovery" => UpdateRecovery::try_from(expression)?.into(),
        "deleteAccount" => DeleteAccount::try_from(expression)?.into(),
        "finishRecovery" => FinishRecovery::try_from(expression)?.into(),
        "getRecovery" => GetRecovery::try_from(expression)?.into(),
        "startRecovery" => StartRecovery::try_from(expression)?.into(),
        "updateXIDDocument" => UpdateXIDDocument::try_from(expression)?.into(),
        other => bail!("no checks for the function {other}"),
    })
}
