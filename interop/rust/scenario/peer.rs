//! A server at the other end of HTTP, and wallets that speak to it.
use anyhow::{Context, Result, ensure};
use bc_components::{
    ARID, EncapsulationScheme, PrivateKeys, PublicKeys, SignatureScheme, XIDProvider, keypair_opt,
};
use bc_envelope::prelude::*;
use bc_xid::{Key, XIDDocument};
use depo_api::{GetSharesResult, Receipt};
use gstp::prelude::*;

use crate::generation;

pub struct Server {
    url: String,
    pub document: XIDDocument,
}

impl Server {
    /// Asks the server who it is.
    pub fn connect(url: &str) -> Result<Self> {
        let answer = minreq::get(url).with_header("accept", "text/plain").send()?;
        ensure!(answer.status_code == 200, "GET / gave {}", answer.status_code);
        let document = XIDDocument::from_ur_string(answer.as_str()?.trim())?;
        Ok(Self { url: url.to_string(), document })
    }

    /// The same server, as somebody sees it who takes it for another one.
    pub fn mistaken_for(&self, document: XIDDocument) -> Self {
        Self { url: self.url.clone(), document }
    }

    pub fn post(&self, message: &Envelope) -> Result<Envelope> {
        let answer = minreq::post(&self.url)
            .with_header("content-type", "text/plain")
            .with_header("accept", "text/plain")
            .with_body(message.ur_string())
            .send()?;
        let body = answer.as_str()?;
        Envelope::from_ur_string(body.trim())
            .with_context(|| format!("the answer with status {} is no envelope: {body}", answer.status_code))
    }
}

/// By which a wallet signs, and by which others seal to it.
pub type Schemes = (SignatureScheme, EncapsulationScheme);

/// Those of the reference's wallets that are told nothing else.
pub const USUAL: Schemes = (SignatureScheme::Schnorr, EncapsulationScheme::X25519);

/// Keys, and the document that names their owner.
pub struct Wallet {
    pub keys: PrivateKeys,
    pub public_keys: PublicKeys,
    pub document: XIDDocument,
}

impl Wallet {
    pub fn new((signature, encapsulation): Schemes) -> Self {
        let (keys, public_keys) = keypair_opt(signature, encapsulation);
        let document = generation::document(&public_keys);
        Self { keys, public_keys, document }
    }

    /// The same XID with new keys in place of the inception key.
    pub fn with_new_keys(&self, (signature, encapsulation): Schemes) -> Result<Self> {
        let (keys, public_keys) = keypair_opt(signature, encapsulation);
        let mut document = XIDDocument::from_xid(self.document.xid());
        document.add_key(Key::new_allow_all(&public_keys))?;
        Ok(Self { keys, public_keys, document })
    }

    /// The receipt that the wallet computes for a share of its own.
    pub fn receipt(&self, data: &[u8]) -> Receipt {
        Receipt::new(self.document.xid(), data)
    }

    /// Sends a GSTP request, and opens the answer as GSTP does.
    pub fn ask(&self, server: &Server, call: impl IntoExpression) -> Result<SealedResponse> {
        self.ask_with(server, call, None, None)
    }

    /// `state` is the wallet's own and should come back; `continuation` is the server's, and goes back to it.
    pub fn ask_with(
        &self,
        server: &Server,
        call: impl IntoExpression,
        state: Option<&str>,
        continuation: Option<Envelope>,
    ) -> Result<SealedResponse> {
        let id = ARID::new();
        let request = SealedRequest::new_with_body(call.to_expression(), id, &self.document)
            .with_optional_state(state)
            .with_optional_peer_continuation(continuation)
            .to_envelope(None, Some(&self.keys), Some(&server.document))?;
        let answer = server.post(&request)?;
        let response = SealedResponse::try_from_encrypted_envelope(&answer, Some(id), None, &self.keys)?;
        ensure!(response.id() == Some(id), "the answer has another ID");
        ensure!(response.sender().xid() == server.document.xid(), "the answer comes from somebody else");
        Ok(response)
    }

    /// A request that is signed and not sealed: dated, and naming the server it is for.
    pub fn plain_request(&self, server: &Server, call: Expression) -> Envelope {
        self.plain_request_as(server, call, generation::document_envelope(&self.document))
    }

    /// The same, with another form of the sender's document.
    pub fn plain_request_as(&self, server: &Server, call: Expression, sender: Envelope) -> Envelope {
        let call = call.with_parameter("recipient", server.document.xid());
        let request = Request::new_with_body(call, ARID::new()).with_date(Date::now());
        request.into_envelope().add_assertion(known_values::SENDER, sender).sign(&self.keys)
    }

    /// Sends a request that is not sealed. Says whether the answer was sealed, and gives its content.
    pub fn ask_plainly(&self, server: &Server, call: Expression) -> Result<(bool, Response)> {
        self.send_plainly(server, &self.plain_request(server, call))
    }

    /// Sends what `plain_request` made, as often as need be: to the server it stays one request.
    pub fn send_plainly(&self, server: &Server, request: &Envelope) -> Result<(bool, Response)> {
        let answer = server.post(request)?;
        let sealed = answer.subject().is_encrypted();
        let signed = if sealed { answer.decrypt_to_recipient(&self.keys)? } else { answer };
        Ok((sealed, verified_response(server, &signed)?))
    }
}

/// A response that the server signed.
pub fn verified_response(server: &Server, signed: &Envelope) -> Result<Response> {
    let key = server.document.verification_key().context("the server has no verification key")?;
    Ok(Response::try_from(signed.verify(key)?)?)
}

/// The answer must be an error with `text` in its text.
pub fn expect_error(response: &impl ResponseBehavior, text: &str) -> Result<()> {
    let error = response.error().context("an error was expected")?;
    let found: String = error.extract_subject()?;
    ensure!(found.contains(text), "the error is {found:?}, expected {text:?}");
    Ok(())
}

/// The answer must be an error with this code.
pub fn expect_code(response: &impl ResponseBehavior, code: &str) -> Result<()> {
    let error = response.error().context("an error was expected")?;
    let found: String = error.extract_object_for_predicate("code")?;
    ensure!(found == code, "the code is {found:?}, expected {code:?}");
    Ok(())
}

pub fn expect_ok(response: &impl ResponseBehavior) -> Result<()> {
    ensure!(response.is_ok(), "refused: {}", response.error()?.format_flat());
    let result = response.result()?;
    ensure!(result.digest() == Envelope::ok().digest(), "the result is {}", result.format_flat());
    Ok(())
}

/// The result must hold exactly these shares of the wallet.
pub fn expect_shares(wallet: &Wallet, result: &Envelope, shares: &[&[u8]]) -> Result<()> {
    let result = GetSharesResult::try_from(result.clone())?;
    ensure!(result.receipt_to_data().len() == shares.len(), "{} shares", result.receipt_to_data().len());
    for share in shares {
        let data = result.data_for_receipt(&wallet.receipt(share)).context("a share is missing")?;
        ensure!(data.data() == *share, "a share has other bytes");
    }
    Ok(())
}
