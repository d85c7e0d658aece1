//! The server's own function names, through GSTP and as plain signed requests, with each kind of signing key.
//!
//! The server must take a contact at its word, as it does with `FALLBACK_TRUST=1`.
use anyhow::{Context, Result, ensure};
use bc_components::{ARID, EncapsulationScheme, SignatureScheme, XID, XIDProvider, keypair_opt};
use bc_crypto::hmac_sha256;
use bc_envelope::prelude::*;
use depo_api::{GetSharesResult, Receipt, StoreShareResult};
use gstp::prelude::*;

use crate::generation;
use crate::scenario::peer::{
    Schemes, Server, Wallet, expect_code, expect_ok, expect_shares, verified_response,
};
use crate::scenario::report::Report;
use crate::scenario::ssh;

const SCHEMES: &[(&str, Schemes)] = &[
    ("Schnorr", (SignatureScheme::Schnorr, EncapsulationScheme::X25519)),
    ("Ed25519", (SignatureScheme::Ed25519, EncapsulationScheme::X25519)),
    ("ECDSA", (SignatureScheme::Ecdsa, EncapsulationScheme::X25519)),
    ("ML-DSA-44, ML-KEM-512", (SignatureScheme::MLDSA44, EncapsulationScheme::MLKEM512)),
    ("ML-DSA-65, ML-KEM-768", (SignatureScheme::MLDSA65, EncapsulationScheme::MLKEM768)),
    ("ML-DSA-87, ML-KEM-1024", (SignatureScheme::MLDSA87, EncapsulationScheme::MLKEM1024)),
    ("ML-DSA-65, X25519", (SignatureScheme::MLDSA65, EncapsulationScheme::X25519)),
    ("Schnorr, ML-KEM-768", (SignatureScheme::Schnorr, EncapsulationScheme::MLKEM768)),
];

pub const ONE: &[u8] = b"the first share";
const TWO: &[u8] = b"the second share";

type Step = fn(&Session) -> Result<()>;

/// The steps build on each other: each finds the account as the ones before it left it.
const STEPS: &[(&str, Step)] = &[
    ("storeShare gives the receipt that the wallet computes", stores),
    ("storeShare of the same data gives the same receipt", stores),
    ("the wallet's state comes back with the answer", returns_state),
    ("retrieveShares gives the share of a receipt", retrieves_one),
    ("auditShares proves that the share is there", audits),
    ("auditShares takes nonces of 16 to 64 bytes", refuses_nonces),
    ("storeShare, not sealed, is answered in the clear", stores_plainly),
    ("retrieveShares without a receipt gives all shares", retrieves_all),
    ("retrieveShares, not sealed, is answered sealed", retrieves_plainly),
    ("the receipt of another account is refused", refuses_foreign_receipt),
    ("a request to another server is refused", refuses_wrong_recipient),
    ("a request that is not signed by its sender is refused in the clear", refuses_forgery),
    ("what is sealed to another server cannot be opened", refuses_unknown_recipient),
    ("deleteShares deletes a share, and once more is no error", deletes_share),
    ("after updatePublicKey the old key is refused and the new one works", changes_key),
    ("updateFallback sets a contact, which counts where nobody is asked", sets_fallback),
    ("fallbackTransfer moves the account to the key that asks, and tells whose it was", transfers),
    ("verifyFallback has nothing to confirm", verifies_nothing),
    ("deleteAccount leaves nothing, and once more is no error", deletes_account),
];

struct Session {
    server: Server,
    wallet: Wallet,
    /// The wallet's next keys.
    renewed: Wallet,
    /// The keys after those: only a contact vouches for them.
    recovered: Wallet,
    /// Another one for each run, so that a server can be asked more than once.
    contact: String,
    stranger: Wallet,
}

pub fn run(url: &str) -> Result<Report> {
    let mut report = Report::default();
    for (scheme_name, schemes) in SCHEMES {
        let wallet = Wallet::new(schemes.clone());
        let session = Session {
            server: Server::connect(url)?,
            renewed: wallet.with_new_keys(schemes.clone())?,
            recovered: wallet.with_new_keys(schemes.clone())?,
            contact: format!("{}@example.com", wallet.document.xid().short_description()),
            wallet,
            stranger: Wallet::new(schemes.clone()),
        };
        for (name, step) in STEPS {
            report.step(&format!("{scheme_name}: {name}"), || step(&session));
        }
    }
    ssh::run(url, &mut report);
    Ok(report)
}

fn stores(Session { server, wallet, .. }: &Session) -> Result<()> {
    let result = StoreShareResult::try_from(wallet.ask(server, store_share(ONE))?)?;
    ensure!(*result.receipt() == wallet.receipt(ONE), "another receipt: {:?}", result.receipt());
    Ok(())
}

fn returns_state(Session { server, wallet, .. }: &Session) -> Result<()> {
    let response = wallet.ask_with(server, store_share(ONE), Some("state"), None)?;
    let state: String = response.state().context("no state came back")?.extract_subject()?;
    ensure!(state == "state", "another state: {state}");
    Ok(())
}

fn retrieves_one(Session { server, wallet, .. }: &Session) -> Result<()> {
    let response = wallet.ask(server, retrieve_shares(&[wallet.receipt(ONE)]))?;
    expect_shares(wallet, response.result()?, &[ONE])
}

fn audits(Session { server, wallet, stranger, .. }: &Session) -> Result<()> {
    for nonce in [&[1u8; 16][..], &[2; 64]] {
        let response = wallet.ask(server, audit_shares(&[wallet.receipt(ONE)], nonce))?;
        let proofs = GetSharesResult::try_from(response)?;
        let proof = proofs.data_for_receipt(&wallet.receipt(ONE)).context("no proof")?;
        ensure!(proof.data() == hmac_sha256(nonce, ONE), "another proof: {}", hex::encode(proof.data()));
    }
    let response = wallet.ask(server, audit_shares(&[stranger.receipt(ONE)], &[1; 16]))?;
    expect_code(&response, "unknown-receipt")?;
    let (sealed, response) = wallet.ask_plainly(server, audit_shares(&[], &[1; 16]))?;
    ensure!(sealed && response.is_ok(), "the proofs are for all to read");
    Ok(())
}

fn refuses_nonces(Session { server, wallet, .. }: &Session) -> Result<()> {
    for size in [0, 15, 65] {
        expect_code(&wallet.ask(server, audit_shares(&[], &vec![1; size]))?, "bad-parameter")?;
    }
    Ok(())
}

fn stores_plainly(Session { server, wallet, .. }: &Session) -> Result<()> {
    let (sealed, response) = wallet.ask_plainly(server, store_share(TWO))?;
    ensure!(!sealed, "the answer is sealed");
    let receipt = Receipt::try_from(response.result()?.clone())?;
    ensure!(receipt == wallet.receipt(TWO), "another receipt: {receipt:?}");
    Ok(())
}

fn retrieves_all(Session { server, wallet, .. }: &Session) -> Result<()> {
    let response = wallet.ask(server, retrieve_shares(&[]))?;
    expect_shares(wallet, response.result()?, &[ONE, TWO])
}

fn retrieves_plainly(Session { server, wallet, .. }: &Session) -> Result<()> {
    let (sealed, response) = wallet.ask_plainly(server, retrieve_shares(&[]))?;
    ensure!(sealed, "the answer is for all to read");
    expect_shares(wallet, response.result()?, &[ONE, TWO])
}

fn refuses_foreign_receipt(Session { server, wallet, stranger, .. }: &Session) -> Result<()> {
    stranger.ask(server, store_share(ONE))?.result()?;
    let response = wallet.ask(server, retrieve_shares(&[stranger.receipt(ONE)]))?;
    expect_code(&response, "unknown-receipt")
}

fn refuses_wrong_recipient(Session { server, wallet, stranger, .. }: &Session) -> Result<()> {
    let call = store_share(ONE).with_parameter("recipient", stranger.document.xid());
    expect_code(&wallet.ask(server, call)?, "wrong-recipient")
}

fn refuses_forgery(Session { server, wallet, stranger, .. }: &Session) -> Result<()> {
    let signed = wallet.plain_request(server, store_share(ONE));
    let forged = signed.try_unwrap()?.sign(&stranger.keys);
    let response = verified_response(server, &server.post(&forged)?)?;
    ensure!(response.id().is_none(), "the answer to nobody has an ID");
    expect_code(&response, "bad-signature")
}

fn refuses_unknown_recipient(Session { server, wallet, .. }: &Session) -> Result<()> {
    let (_, public_keys) = keypair_opt(SignatureScheme::Ed25519, EncapsulationScheme::X25519);
    let other = generation::document(&public_keys);
    let request = SealedRequest::new_with_body(store_share(ONE), ARID::new(), &wallet.document).to_envelope(
        None,
        Some(&wallet.keys),
        Some(&other),
    )?;
    let response = verified_response(server, &server.post(&request)?)?;
    expect_code(&response, "unknown-recipient")
}

fn deletes_share(Session { server, wallet, .. }: &Session) -> Result<()> {
    for _ in 0..2 {
        let receipt = wallet.receipt(TWO);
        let call = Expression::new("deleteShares").with_parameter("receipt", receipt);
        expect_ok(&wallet.ask(server, call)?)?;
        let response = wallet.ask(server, retrieve_shares(&[]))?;
        expect_shares(wallet, response.result()?, &[ONE])?;
    }
    Ok(())
}

fn changes_key(Session { server, wallet, renewed, .. }: &Session) -> Result<()> {
    let keys = renewed.public_keys.clone();
    let call = Expression::new("updatePublicKey").with_parameter("newPublicKey", keys);
    let response = wallet.ask(server, call)?;
    let account: XID = response.result()?.extract_object_for_predicate("account")?;
    ensure!(account == wallet.document.xid(), "another account: {account}");
    expect_code(&wallet.ask(server, retrieve_shares(&[]))?, "invalid-sender-key")?;
    let response = renewed.ask(server, retrieve_shares(&[]))?;
    expect_shares(renewed, response.result()?, &[ONE])
}

fn sets_fallback(Session { server, renewed, contact, .. }: &Session) -> Result<()> {
    let fallback = || renewed.ask(server, Expression::new("retrieveFallback"));
    ensure!(fallback()?.result()?.is_null(), "there is a contact already");
    let call = Expression::new("updateFallback").with_parameter("fallback", contact.as_str());
    expect_ok(&renewed.ask(server, call)?)?;
    let found = fallback()?.result()?.clone();
    ensure!(found.extract_subject::<String>()? == *contact, "the contact is {}", found.format_flat());
    ensure!(found.extract_object_for_predicate::<bool>("validated")?, "the contact does not count");
    Ok(())
}

fn transfers(Session { server, wallet, renewed, recovered, contact, .. }: &Session) -> Result<()> {
    let call = Expression::new("fallbackTransfer").with_parameter("fallback", contact.as_str());
    let response = recovered.ask(server, call)?;
    let account: XID = response.result()?.extract_object_for_predicate("account")?;
    ensure!(account == wallet.document.xid(), "another account: {account}");
    expect_code(&renewed.ask(server, retrieve_shares(&[]))?, "invalid-sender-key")?;
    let response = recovered.ask(server, retrieve_shares(&[]))?;
    expect_shares(recovered, response.result()?, &[ONE])
}

fn verifies_nothing(Session { server, recovered, .. }: &Session) -> Result<()> {
    let call = Expression::new("verifyFallback").with_parameter("code", "0000-0000");
    expect_code(&recovered.ask(server, call)?, "challenge-void")
}

fn deletes_account(Session { server, recovered, .. }: &Session) -> Result<()> {
    for _ in 0..2 {
        expect_ok(&recovered.ask(server, Expression::new("deleteAccount"))?)?;
        expect_code(&recovered.ask(server, retrieve_shares(&[]))?, "unknown-account")?;
    }
    Ok(())
}

pub fn store_share(data: &[u8]) -> Expression {
    Expression::new("storeShare").with_parameter("data", ByteString::from(data))
}

fn audit_shares(receipts: &[Receipt], nonce: &[u8]) -> Expression {
    receipts
        .iter()
        .fold(Expression::new("auditShares"), |call, receipt| call.with_parameter("receipt", receipt.clone()))
        .with_parameter("nonce", ByteString::from(nonce))
}

pub fn retrieve_shares(receipts: &[Receipt]) -> Expression {
    receipts.iter().fold(Expression::new("retrieveShares"), |call, receipt| {
        call.with_parameter("receipt", receipt.clone())
    })
}
