//! Requests signed by keys of SSH, put together by hand: GSTP has nowhere to say for which namespace they are signed.
use anyhow::{Result, ensure};
use bc_components::{ARID, EncapsulationScheme, SignatureScheme, SigningOptions, XIDProvider};
use bc_envelope::prelude::*;

use super::native::{ONE, retrieve_shares, store_share};
use super::peer::{Server, Wallet, expect_code, expect_ok, expect_shares};
use super::report::Report;
use crate::generation;

const SCHEMES: &[(&str, SignatureScheme)] = &[
    ("SSH Ed25519", SignatureScheme::SshEd25519),
    ("SSH P-256", SignatureScheme::SshEcdsaP256),
    ("SSH P-384", SignatureScheme::SshEcdsaP384),
];

pub fn run(url: &str, report: &mut Report) {
    for (name, scheme) in SCHEMES {
        report
            .step(&format!("{name}: opens an account, stores, retrieves and deletes"), || life(url, scheme));
    }
}

fn life(url: &str, scheme: &SignatureScheme) -> Result<()> {
    let server = Server::connect(url)?;
    let wallet = Wallet::new((scheme.clone(), EncapsulationScheme::X25519));
    let ask = |call: Expression, namespace: &str| {
        wallet.send_plainly(&server, &signed(&wallet, &server, call, namespace))
    };
    let (_, stored) = ask(store_share(ONE), "envelope")?;
    stored.result()?;
    let (sealed, retrieved) = ask(retrieve_shares(&[]), "anything@example.com")?;
    ensure!(sealed, "the answer is for all to read");
    expect_shares(&wallet, retrieved.result()?, &[ONE])?;
    let (_, deleted) = ask(Expression::new("deleteAccount"), "envelope")?;
    expect_ok(&deleted)?;
    let (_, gone) = ask(retrieve_shares(&[]), "envelope")?;
    expect_code(&gone, "unknown-account")
}

/// A plain request, signed for this namespace, with SHA-256.
fn signed(wallet: &Wallet, server: &Server, call: Expression, namespace: &str) -> Envelope {
    let call = call.with_parameter("recipient", server.document.xid());
    let request = Request::new_with_body(call, ARID::new()).with_date(Date::now());
    let options = SigningOptions::Ssh { namespace: namespace.to_string(), hash_alg: Default::default() };
    request
        .into_envelope()
        .add_assertion(known_values::SENDER, generation::document_envelope(&wallet.document))
        .sign_opt(&wallet.keys, Some(options))
}
