//! The whole scenario of the reference depository, with the reference's own request types, in its order.
//!
//! The server must hand the continuation of `startRecovery` to the requester, as the reference does, and this
//! server with `FALLBACK_TRUST=1`. Errors are known by their texts, since the reference has no codes.
use anyhow::{Context, Result, bail, ensure};
use bc_components::XIDProvider;
use bc_envelope::prelude::*;
use depo_api::{
    DeleteAccount, DeleteShares, FinishRecovery, GetRecovery, GetRecoveryResult, GetShares, GetSharesResult,
    StartRecovery, StoreShare, StoreShareResult, UpdateRecovery, UpdateXIDDocument,
};
use gstp::prelude::*;

use crate::scenario::peer::{Server, USUAL, Wallet, expect_error, expect_ok, expect_shares};
use crate::scenario::report::Report;

type Step = fn(&mut Scene) -> Result<()>;

const STEPS: &[(&str, Step)] = &[
    ("Alice and Bob store a share each", both_store),
    ("each gets their own", both_get_their_own),
    ("Alice stores a second share", alice_stores_a_second),
    ("she gets it by its receipt", alice_gets_the_second),
    ("she gets both when she names none", alice_gets_both),
    ("Bob gets nothing for Alice's receipt", bob_gets_nothing_of_hers),
    ("an unknown account gets an error", stranger_gets_an_error),
    ("a request sealed to another server gets an early failure", wrong_server_is_an_early_failure),
    ("storing the same share again changes nothing", storing_again_changes_nothing),
    ("deleting a share twice is no error", deleting_twice_is_no_error),
    ("Bob sets his recovery method, twice", bob_sets_recovery_twice),
    ("he reads it", bob_reads_recovery),
    ("Alice has none", alice_has_no_recovery),
    ("she cannot take Bob's", alice_cannot_take_bobs_recovery),
    ("an unknown account has no recovery method to read", stranger_reads_no_recovery),
    ("Alice exchanges her key; the old one is refused, the new one works", alice_exchanges_her_key),
    ("Bob loses his key; an unknown recovery method does not help", unknown_recovery_is_refused),
    ("he recovers with the new key, not with the old, which is then refused", bob_recovers),
    ("Bob deletes his account, and it is gone", bob_deletes_his_account),
    ("deleting it again is no error", deleting_again_is_no_error),
    ("Alice deletes hers", alice_deletes_hers),
];

struct Scene {
    server: Server,
    alice: Wallet,
    bob: Wallet,
    stranger: Wallet,
    /// Bob's contact: another one for each run, so that a server can be asked more than once.
    recovery: String,
}

const ALICE_ONE: &[u8] = b"Alice's first share";
const ALICE_TWO: &[u8] = b"Alice's second share";
const BOB_ONE: &[u8] = b"Bob's share";

pub fn run(url: &str) -> Result<Report> {
    let bob = wallet();
    let recovery = format!("bob-{}@example.com", bob.document.xid().short_description());
    let server = Server::connect(url)?;
    let mut scene = Scene { server, alice: wallet(), bob, stranger: wallet(), recovery };
    let mut report = Report::default();
    for (name, step) in STEPS {
        report.step(name, || step(&mut scene));
    }
    Ok(report)
}

fn both_store(scene: &mut Scene) -> Result<()> {
    store(&scene.server, &scene.alice, ALICE_ONE)?;
    store(&scene.server, &scene.bob, BOB_ONE)
}

fn both_get_their_own(scene: &mut Scene) -> Result<()> {
    expect_to_get(scene, &scene.alice, &[ALICE_ONE], &[ALICE_ONE])?;
    expect_to_get(scene, &scene.bob, &[BOB_ONE], &[BOB_ONE])
}

fn alice_stores_a_second(scene: &mut Scene) -> Result<()> {
    store(&scene.server, &scene.alice, ALICE_TWO)
}

fn alice_gets_the_second(scene: &mut Scene) -> Result<()> {
    expect_to_get(scene, &scene.alice, &[ALICE_TWO], &[ALICE_TWO])
}

fn alice_gets_both(scene: &mut Scene) -> Result<()> {
    expect_to_get(scene, &scene.alice, &[], &[ALICE_ONE, ALICE_TWO])
}

fn bob_gets_nothing_of_hers(scene: &mut Scene) -> Result<()> {
    let call = GetShares::new([scene.alice.receipt(ALICE_ONE)]);
    let result = GetSharesResult::try_from(scene.bob.ask(&scene.server, call)?)?;
    ensure!(result.receipt_to_data().is_empty(), "Bob got a share");
    Ok(())
}

fn stranger_gets_an_error(scene: &mut Scene) -> Result<()> {
    expect_unknown_user(scene, &scene.stranger, GetShares::new_all_shares())
}

fn wrong_server_is_an_early_failure(scene: &mut Scene) -> Result<()> {
    let mistaken = scene.server.mistaken_for(wallet().document);
    match scene.alice.ask(&mistaken, GetShares::new_all_shares()) {
        Ok(_) => bail!("an answer to a request that the server cannot open"),
        // What the client's own library says of an answer that is not sealed to it.
        Err(error) => ensure!(error.to_string().contains("unknown recipient"), "{error:#}"),
    }
    Ok(())
}

fn storing_again_changes_nothing(scene: &mut Scene) -> Result<()> {
    store(&scene.server, &scene.alice, ALICE_TWO)?;
    expect_to_get(scene, &scene.alice, &[], &[ALICE_ONE, ALICE_TWO])
}

fn deleting_twice_is_no_error(scene: &mut Scene) -> Result<()> {
    for _ in 0..2 {
        let call = DeleteShares::new([scene.alice.receipt(ALICE_TWO)]);
        expect_ok(&scene.alice.ask(&scene.server, call)?)?;
        expect_to_get(scene, &scene.alice, &[], &[ALICE_ONE])?;
    }
    Ok(())
}

fn bob_sets_recovery_twice(scene: &mut Scene) -> Result<()> {
    for _ in 0..2 {
        let call = UpdateRecovery::new(Some(scene.recovery.clone()));
        expect_ok(&scene.bob.ask(&scene.server, call)?)?;
    }
    Ok(())
}

fn bob_reads_recovery(scene: &mut Scene) -> Result<()> {
    let found = recovery_of(scene, &scene.bob)?;
    ensure!(found.as_ref() == Some(&scene.recovery), "the recovery method is {found:?}");
    Ok(())
}

fn alice_has_no_recovery(scene: &mut Scene) -> Result<()> {
    let found = recovery_of(scene, &scene.alice)?;
    ensure!(found.is_none(), "the recovery method is {found:?}");
    Ok(())
}

fn alice_cannot_take_bobs_recovery(scene: &mut Scene) -> Result<()> {
    let call = UpdateRecovery::new(Some(scene.recovery.clone()));
    let response = scene.alice.ask(&scene.server, call)?;
    expect_error(&response, "recovery method already exists")
}

fn stranger_reads_no_recovery(scene: &mut Scene) -> Result<()> {
    expect_unknown_user(scene, &scene.stranger, GetRecovery::new())
}

fn alice_exchanges_her_key(scene: &mut Scene) -> Result<()> {
    let renewed = scene.alice.with_new_keys(USUAL)?;
    let call = UpdateXIDDocument::new(renewed.document.clone());
    expect_ok(&scene.alice.ask(&scene.server, call)?)?;
    let old = std::mem::replace(&mut scene.alice, renewed);
    expect_old_key_refused(scene, &old)?;
    expect_to_get(scene, &scene.alice, &[], &[ALICE_ONE])
}

fn unknown_recovery_is_refused(scene: &mut Scene) -> Result<()> {
    let renewed = scene.bob.with_new_keys(USUAL)?;
    let call = StartRecovery::new("nobody@example.com".to_string());
    expect_error(&renewed.ask(&scene.server, call)?, "unknown recovery")
}

fn bob_recovers(scene: &mut Scene) -> Result<()> {
    let renewed = scene.bob.with_new_keys(USUAL)?;
    let started = renewed.ask(&scene.server, StartRecovery::new(scene.recovery.clone()))?;
    expect_ok(&started)?;
    let continuation = started.peer_continuation().context("no continuation came")?.clone();
    let refused =
        scene.bob.ask_with(&scene.server, FinishRecovery::new(), None, Some(continuation.clone()))?;
    expect_error(&refused, "incorrect verification key")?;
    let finished = renewed.ask_with(&scene.server, FinishRecovery::new(), None, Some(continuation))?;
    expect_ok(&finished)?;
    let old = std::mem::replace(&mut scene.bob, renewed);
    expect_old_key_refused(scene, &old)?;
    expect_to_get(scene, &scene.bob, &[], &[BOB_ONE])
}

fn bob_deletes_his_account(scene: &mut Scene) -> Result<()> {
    expect_ok(&scene.bob.ask(&scene.server, DeleteAccount::new())?)?;
    expect_unknown_user(scene, &scene.bob, GetShares::new_all_shares())?;
    expect_unknown_user(scene, &scene.bob, GetRecovery::new())
}

fn deleting_again_is_no_error(scene: &mut Scene) -> Result<()> {
    expect_ok(&scene.bob.ask(&scene.server, DeleteAccount::new())?)
}

fn alice_deletes_hers(scene: &mut Scene) -> Result<()> {
    expect_ok(&scene.alice.ask(&scene.server, DeleteAccount::new())?)?;
    expect_unknown_user(scene, &scene.alice, GetShares::new_all_shares())
}

fn wallet() -> Wallet {
    Wallet::new(USUAL)
}

fn store(server: &Server, wallet: &Wallet, data: &[u8]) -> Result<()> {
    let result = StoreShareResult::try_from(wallet.ask(server, StoreShare::new(data))?)?;
    ensure!(*result.receipt() == wallet.receipt(data), "another receipt: {:?}", result.receipt());
    Ok(())
}

/// Gets the shares of `named`, or all when none is named, and expects exactly `shares`.
fn expect_to_get(scene: &Scene, wallet: &Wallet, named: &[&[u8]], shares: &[&[u8]]) -> Result<()> {
    let call = GetShares::new(named.iter().map(|data| wallet.receipt(data)));
    expect_shares(wallet, wallet.ask(&scene.server, call)?.result()?, shares)
}

fn recovery_of(scene: &Scene, wallet: &Wallet) -> Result<Option<String>> {
    let result = GetRecoveryResult::try_from(wallet.ask(&scene.server, GetRecovery::new())?)?;
    Ok(result.recovery().map(str::to_string))
}

fn expect_unknown_user(scene: &Scene, wallet: &Wallet, call: impl IntoExpression) -> Result<()> {
    expect_error(&wallet.ask(&scene.server, call)?, "unknown user XID")
}

fn expect_old_key_refused(scene: &Scene, old: &Wallet) -> Result<()> {
    let response = old.ask(&scene.server, GetShares::new_all_shares())?;
    expect_error(&response, "invalid sender verification key")
}
