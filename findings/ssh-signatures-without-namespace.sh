#!/usr/bin/env bash
# Rust crate bc-components 0.31.1: keys of SSH are signing keys like the others, but for what they need, and what they don't ask.
#
# Signing: `Signer::sign`, which signs by every other kind of key, gives an error for a key of SSH, since SSHSIG needs a
# namespace and a hash. Only `sign_with_options` signs. What calls `sign` with whatever key it is given, as `gstp` 0.13 does
# for its requests, cannot use these keys.
# Verifying: `Verifier::verify` takes a signature for any namespace. PROTOCOL.sshsig has namespaces so that a signature for
# one purpose does not count for another, and `ssh-keygen -Y verify` must be told which one to expect.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
Schnorr, sign: ok
Ed25519, sign: ok
SSH Ed25519, sign: SSH operation failed: Missing namespace and hash algorithm for SSH signing
SSH Ed25519, sign for "file": verifies true
SSH Ed25519, sign for "email": verifies true
SEEN

cat > Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.0.0"
edition = "2024"

[dependencies]
bc-components = "=0.31.1"
ssh-key = "=0.6.7"
TOML
mkdir src
cat > src/main.rs <<'RUST'
use bc_components::{SignatureScheme, Signer, SigningOptions, Verifier};
use ssh_key::HashAlg;

fn main() {
    let message = b"a request";
    let schemes = [
        ("Schnorr", SignatureScheme::Schnorr),
        ("Ed25519", SignatureScheme::Ed25519),
        ("SSH Ed25519", SignatureScheme::SshEd25519),
    ];
    for (name, scheme) in schemes {
        let (private_key, _) = scheme.keypair_opt("");
        match private_key.sign(message) {
            Ok(_) => println!("{name}, sign: ok"),
            Err(error) => println!("{name}, sign: {error}"),
        }
    }
    let (private_key, public_key) = SignatureScheme::SshEd25519.keypair_opt("");
    for namespace in ["file", "email"] {
        let options = SigningOptions::Ssh { namespace: namespace.into(), hash_alg: HashAlg::Sha256 };
        let signature = private_key.sign_with_options(message, Some(options)).unwrap();
        let verifies = public_key.verify(&signature, message);
        println!("SSH Ed25519, sign for {namespace:?}: verifies {verifies}");
    }
}
RUST
CARGO_TARGET_DIR="$room/target" cargo run --quiet | tee now.txt
diff seen.txt now.txt
