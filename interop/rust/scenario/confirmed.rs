//! Recovery where the contact has to confirm, under the depository's names and the server's own.
//!
//! The messages go wherever the server sends them. For each, this program prints `asked CONTACT` and reads a line
//! with the link and the code of the message, one space between them.
use std::io::{BufRead, Write, stdin, stdout};

use anyhow::{Context, Result, ensure};
use bc_components::{XID, XIDProvider};
use bc_envelope::prelude::*;
use depo_api::{
    FinishRecovery, GetRecovery, GetRecoveryResult, GetShares, StartRecovery, StoreShare, UpdateRecovery,
};
use gstp::prelude::*;

use crate::scenario::peer::{Server, USUAL, Wallet, expect_code, expect_ok, expect_shares};
use crate::scenario::report::Report;

const SHARE: &[u8] = b"a share to be had back";

type Step = fn(&mut Scene) -> Result<()>;

/// The steps build on each other.
const STEPS: &[(&str, Step)] = &[
    ("updateRecovery is confirmed by the link", updates_recovery),
    ("startRecovery gives a continuation, and moves nothing", starts_recovery),
    ("finishRecovery is refused until the contact has confirmed", is_not_confirmed),
    ("finishRecovery succeeds once the link is confirmed, and again", finishes_recovery),
    ("updateFallback counts once the code is confirmed", updates_fallback),
    ("fallbackTransfer is being processed, and moves nothing", asks_for_transfer),
    ("a wrong code confirms nothing", confirms_wrongly),
    ("fallbackTransfer is done once the code is confirmed", transfers),
];

struct Scene {
    server: Server,
    url: String,
    /// Who has the account.
    wallet: Wallet,
    /// Who is about to get it.
    successor: Wallet,
    continuation: Option<Envelope>,
    /// The request for the transfer: sent again, it tells how the transfer stands.
    transfer: Option<Envelope>,
    contacts: [String; 2],
}

struct Message {
    link: String,
    code: String,
}

pub fn run(url: &str) -> Result<Report> {
    let wallet = Wallet::new(USUAL);
    let name = wallet.document.xid().short_description();
    let mut scene = Scene {
        server: Server::connect(url)?,
        url: url.trim_end_matches('/').to_string(),
        successor: wallet.with_new_keys(USUAL)?,
        wallet,
        continuation: None,
        transfer: None,
        contacts: [format!("first-{name}@example.com"), format!("second-{name}@example.com")],
    };
    let mut report = Report::default();
    for (name, step) in STEPS {
        report.step(name, || step(&mut scene));
    }
    Ok(report)
}

fn updates_recovery(scene: &mut Scene) -> Result<()> {
    let Scene { server, wallet, contacts: [contact, _], .. } = &*scene;
    wallet.ask(server, StoreShare::new(SHARE))?.result()?;
    expect_ok(&wallet.ask(server, UpdateRecovery::new(Some(contact.clone())))?)?;
    confirm(scene, &message_to(contact)?)?;
    let result = GetRecoveryResult::try_from(wallet.ask(server, GetRecovery::new())?)?;
    ensure!(result.recovery() == Some(contact.as_str()), "the recovery method is {:?}", result.recovery());
    Ok(())
}

fn starts_recovery(scene: &mut Scene) -> Result<()> {
    let call = StartRecovery::new(scene.contacts[0].clone());
    let response = scene.successor.ask(&scene.server, call)?;
    expect_ok(&response)?;
    scene.continuation = Some(response.peer_continuation().context("no continuation came")?.clone());
    expect_to_have(scene, &scene.wallet)
}

fn is_not_confirmed(scene: &mut Scene) -> Result<()> {
    expect_code(&finish(scene, &scene.successor)?, "not-confirmed")?;
    expect_code(&finish(scene, &scene.wallet)?, "invalid-sender-key")?;
    expect_to_have(scene, &scene.wallet)
}

fn finishes_recovery(scene: &mut Scene) -> Result<()> {
    confirm(scene, &message_to(&scene.contacts[0])?)?;
    for _ in 0..2 {
        expect_ok(&finish(scene, &scene.successor)?)?;
    }
    hand_over(scene)
}

fn updates_fallback(scene: &mut Scene) -> Result<()> {
    let Scene { server, wallet, contacts: [_, contact], .. } = &*scene;
    let call = Expression::new("updateFallback").with_parameter("fallback", contact.as_str());
    expect_ok(&wallet.ask(server, call)?)?;
    ensure!(!is_validated(scene, contact)?, "the contact counts before it has confirmed");
    expect_ok(&wallet.ask(server, verify_fallback(&message_to(contact)?.code))?)?;
    ensure!(is_validated(scene, contact)?, "the contact does not count");
    Ok(())
}

fn asks_for_transfer(scene: &mut Scene) -> Result<()> {
    let call = Expression::new("fallbackTransfer").with_parameter("fallback", scene.contacts[1].as_str());
    scene.transfer = Some(scene.successor.plain_request(&scene.server, call));
    ensure!(transfer_result(scene)?.digest() == Envelope::new(known_values::PROCESSING_VALUE).digest());
    expect_to_have(scene, &scene.wallet)
}

fn confirms_wrongly(scene: &mut Scene) -> Result<()> {
    expect_code(&scene.successor.ask(&scene.server, verify_fallback("0000-0000"))?, "wrong-code")?;
    expect_to_have(scene, &scene.wallet)
}

fn transfers(scene: &mut Scene) -> Result<()> {
    let code = message_to(&scene.contacts[1])?.code;
    expect_ok(&scene.successor.ask(&scene.server, verify_fallback(&code))?)?;
    let account: XID = transfer_result(scene)?.extract_object_for_predicate("account")?;
    ensure!(account == scene.wallet.document.xid(), "another account: {account}");
    hand_over(scene)
}

/// The successor has the account now, and the one before it nothing. The next successor gets other keys.
fn hand_over(scene: &mut Scene) -> Result<()> {
    let next = scene.wallet.with_new_keys(USUAL)?;
    let current = std::mem::replace(&mut scene.successor, next);
    let old = std::mem::replace(&mut scene.wallet, current);
    let refused = old.ask(&scene.server, GetShares::new_all_shares())?;
    expect_code(&refused, "invalid-sender-key")?;
    expect_to_have(scene, &scene.wallet)
}

fn expect_to_have(scene: &Scene, wallet: &Wallet) -> Result<()> {
    expect_shares(wallet, wallet.ask(&scene.server, GetShares::new_all_shares())?.result()?, &[SHARE])
}

fn finish(scene: &Scene, wallet: &Wallet) -> Result<SealedResponse> {
    wallet.ask_with(&scene.server, FinishRecovery::new(), None, scene.continuation.clone())
}

fn verify_fallback(code: &str) -> Expression {
    Expression::new("verifyFallback").with_parameter("code", code)
}

fn is_validated(scene: &Scene, contact: &str) -> Result<bool> {
    let response = scene.wallet.ask(&scene.server, Expression::new("retrieveFallback"))?;
    let found: String = response.result()?.extract_subject()?;
    ensure!(found == contact, "the contact is {found}");
    Ok(response.result()?.extract_object_for_predicate("validated")?)
}

fn transfer_result(scene: &Scene) -> Result<Envelope> {
    let request = scene.transfer.as_ref().context("there is no transfer")?;
    let (_, response) = scene.successor.send_plainly(&scene.server, request)?;
    Ok(response.result()?.clone())
}

/// The message that the contact has got, from whoever can read it.
fn message_to(contact: &str) -> Result<Message> {
    println!("asked {contact}");
    stdout().flush()?;
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    let (link, code) = line.trim().split_once(' ').context("a link and a code were expected")?;
    Ok(Message { link: link.to_string(), code: code.to_string() })
}

/// Presses the button of the page behind the link.
fn confirm(scene: &Scene, message: &Message) -> Result<()> {
    let (_, token) = message.link.split_once("token=").context("the link has no token")?;
    let answer = minreq::post(format!("{}/verify", scene.url))
        .with_header("content-type", "application/x-www-form-urlencoded")
        .with_body(format!("token={token}"))
        .send()?;
    ensure!(answer.status_code == 200, "POST /verify gave {}", answer.status_code);
    Ok(())
}
