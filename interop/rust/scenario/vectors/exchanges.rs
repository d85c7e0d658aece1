//! Requests with their answers: `exchanges.json`.
use anyhow::{Context, Result, ensure};
use bc_components::{PrivateKeys, XID};
use bc_crypto::hmac_sha256;
use bc_envelope::prelude::*;
use depo_api::{
    DeleteAccount, DeleteShares, FinishRecovery, GetRecovery, GetRecoveryResult, GetShares, GetSharesResult,
    Receipt, StartRecovery, StoreShare, StoreShareResult, UpdateRecovery, UpdateXIDDocument,
};

use super::entry::Entry;
use super::envelopes::{check_envelope, printed_all};
use super::requests::{check_parameters, keys_of, request_of};
use crate::scenario::report::Report;

/// The one share of the account, as the first request stores it.
const STORED: &[u8] = &[0; 327];

pub fn exchanges(file: &Entry, report: &mut Report) {
    file.each("vectors", report, |vector, report| {
        let server = keys_of(file, "server")?;
        let sender = PrivateKeys::from_ur_string(vector.text("senderPrivateKeys")?)?;
        let request = check_request(file, vector, &server, report)?;
        check_answer(vector, &server, &sender, &request, report)
    });
}

/// The plain request, the sealed one, and that they are the same.
fn check_request(file: &Entry, vector: &Entry, server: &PrivateKeys, report: &mut Report) -> Result<Request> {
    let plain = check_envelope(&vector.at("plainRequest")?, report)?;
    let sealed = check_envelope(&vector.at("sealedRequest")?, report)?;
    let opened = sealed.decrypt_to_recipient(server)?;
    report.holds("the sealed request holds the plain one", opened.is_identical_to(&plain));
    let notation = printed_all(vector.text("requestNotation")?);
    report.equal("notation of the request", plain.format(), notation);
    let (sender, request) = request_of(&plain)?;
    report.equal("sender", sender.to_hex().as_str(), vector.text("senderXidHex")?);
    let function = request.function().named_name().context("a numbered function")?;
    report.equal("function", function.as_str(), vector.text("function")?);
    check_parameters(&request, &XID::from_hex(file.at("identities")?.at("server")?.text("xidHex")?))?;
    check_call(&function, request.body().clone())?;
    Ok(request)
}

fn check_answer(
    vector: &Entry,
    server: &PrivateKeys,
    sender: &PrivateKeys,
    request: &Request,
    report: &mut Report,
) -> Result<()> {
    let answer = check_envelope(&vector.at("answer")?, report)?;
    let sealed = check_envelope(&vector.at("sealedAnswer")?, report)?;
    let opened = sealed.decrypt_to_recipient(sender)?;
    report.holds("the sealed answer holds the signed one", opened.is_identical_to(&answer));
    report.equal("notation of the answer", answer.format(), printed_all(vector.text("answerNotation")?));
    let response = Response::try_from(answer.verify(&server.signing_private_key().public_key()?)?)?;
    report.holds("the answer has the ID of the request", response.id() == Some(request.id()));
    let receipt =
        |data: &[u8]| Receipt::new(XID::from_hex(vector.text("senderXidHex").unwrap_or_default()), data);
    check_result(vector, &response, request, receipt)
}

/// The types of the depository's own API read the call, where it has one. It knows no audits.
pub fn check_call(function: &str, call: Expression) -> Result<()> {
    match function {
        "storeShare" => StoreShare::try_from(call).map(|_| ())?,
        "getShares" => GetShares::try_from(call).map(|_| ())?,
        "deleteShares" => DeleteShares::try_from(call).map(|_| ())?,
        "deleteAccount" => DeleteAccount::try_from(call).map(|_| ())?,
        "updateRecovery" => UpdateRecovery::try_from(call).map(|_| ())?,
        "auditShares" => {
            let nonce: ByteString = call.extract_object_for_parameter("nonce")?;
            ensure!((16..=64).contains(&nonce.data().len()), "a nonce of {} bytes", nonce.data().len());
        }
        "getRecovery" => GetRecovery::try_from(call).map(|_| ())?,
        "startRecovery" => StartRecovery::try_from(call).map(|_| ())?,
        "finishRecovery" => FinishRecovery::try_from(call).map(|_| ())?,
        "updateXIDDocument" => UpdateXIDDocument::try_from(call).map(|_| ())?,
        _ => {}
    }
    Ok(())
}

/// An error has a text and a code; a result is of the type of its function.
fn check_result(
    vector: &Entry,
    response: &Response,
    request: &Request,
    receipt: impl Fn(&[u8]) -> Receipt,
) -> Result<()> {
    if !response.is_ok() {
        let error = response.error()?;
        let (text, code): (String, String) =
            (error.extract_subject()?, error.extract_object_for_predicate("code")?);
        ensure!(!text.is_empty() && !code.is_empty(), "an error without text or code");
        return Ok(());
    }
    let result = response.result()?.clone();
    match vector.text("function")? {
        "storeShare" => {
            let data: ByteString = request.extract_object_for_parameter("data")?;
            let result = StoreShareResult::try_from(result)?;
            ensure!(*result.receipt() == receipt(data.data()), "another receipt");
        }
        "getShares" | "retrieveShares" => {
            for (found, data) in GetSharesResult::try_from(result)?.receipt_to_data() {
                ensure!(*found == receipt(data.data()), "a receipt that is not the share's");
            }
        }
        "auditShares" => {
            let nonce: ByteString = request.extract_object_for_parameter("nonce")?;
            for (found, proof) in GetSharesResult::try_from(result)?.receipt_to_data() {
                ensure!(*found == receipt(STORED), "another receipt");
                ensure!(proof.data() == hmac_sha256(nonce.data(), STORED), "another proof");
            }
        }
        "getRecovery" => GetRecoveryResult::try_from(result).map(|_| ())?,
        "retrieveFallback" => {
            ensure!(result.extract_subject::<String>().is_ok(), "no contact");
            result.extract_object_for_predicate::<bool>("validated")?;
        }
        "fallbackTransfer" if result.is_known_value() => {
            ensure!(result.digest() == Envelope::new(known_values::PROCESSING_VALUE).digest());
        }
        "fallbackTransfer" | "updatePublicKey" => {
            let _: XID = result.extract_object_for_predicate("account")?;
        }
        _ => ensure!(result.digest() == Envelope::ok().digest(), "the result is {}", result.format_flat()),
    }
    Ok(())
}
