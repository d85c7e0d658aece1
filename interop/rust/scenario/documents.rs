//! Senders whose documents hold all that the crates can write in one: each stores a share, by a plain request with the
//! document as it was written.
use anyhow::{Result, ensure};
use bc_envelope::prelude::*;
use bc_xid::XIDDocument;
use depo_api::StoreShareResult;

use crate::generation;
use crate::scenario::peer::{Server, Wallet, expect_code, expect_shares};
use crate::scenario::report::Report;

const SHARE: &[u8] = b"a share";

pub struct Sender {
    pub name: String,
    pub wallet: Wallet,
    /// What it sends as `'sender'`.
    pub document: Envelope,
    /// The code by which the server refuses it.
    pub refused: Option<&'static str>,
}

pub fn run(url: &str) -> Result<Report> {
    let server = Server::connect(url)?;
    let mut report = Report::default();
    for sender in generation::senders()? {
        report.step(&sender.name, || stores(&server, &sender));
        if sender.refused.is_none() {
            report.step(&format!("{}, by GSTP", sender.name), || stores_by_gstp(&server, &sender));
        }
    }
    Ok(report)
}

fn stores(server: &Server, Sender { wallet, document, refused, .. }: &Sender) -> Result<()> {
    let call = Expression::new("storeShare").with_parameter("data", ByteString::from(SHARE));
    let request = wallet.plain_request_as(server, call, document.clone());
    let (_, response) = wallet.send_plainly(server, &request)?;
    if let Some(code) = refused {
        return expect_code(&response, code);
    }
    let result = StoreShareResult::try_from(response.result()?.clone())?;
    ensure!(*result.receipt() == wallet.receipt(SHARE), "another receipt");
    Ok(())
}

/// The wallet reads its document back, as one that has stored it, and GSTP sends what it sends of it.
fn stores_by_gstp(server: &Server, Sender { wallet, document, .. }: &Sender) -> Result<()> {
    let read = Wallet {
        keys: wallet.keys.clone(),
        public_keys: wallet.public_keys.clone(),
        document: XIDDocument::try_from(document)?,
    };
    let result = read.ask(server, Expression::new("retrieveShares"))?;
    expect_shares(wallet, result.result()?, &[SHARE])
}
