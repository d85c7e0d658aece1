#!/usr/bin/env bash
# Rust crate dcbor 0.25.2: single-precision numbers lose their value, without an error.
#
# Writing: a negative whole f32 of more than 24 bits is written as another integer, one off. The same number as f64 is
# written right. So two programs that hold one number make two encodings of it, and two digests.
# Reading: a negative integer, asked for as f32, comes back positive and one off. As f64 it is right.
# The crate's README promises one encoding for equal values. Notes in the repository of the TypeScript port tell of the
# writing, as a behaviour that it mirrors.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
write -8388608: f32 3a007fffff (-8388608), f64 3a007fffff (-8388608)
write -20000002: f32 3a01312d00 (-20000001), f64 3a01312d01 (-20000002)
write -1000000000: f32 3a3b9aca00 (-1000000001), f64 3a3b9ac9ff (-1000000000)
read -1: f32 0, f64 -1
read -5: f32 4, f64 -5
read -1001: f32 1000, f64 -1001
SEEN

cat > Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.0.0"
edition = "2024"

[dependencies]
dcbor = "=0.25.2"
TOML
mkdir src
cat > src/main.rs <<'RUST'
use dcbor::prelude::*;

fn main() {
    for number in [-8_388_608f32, -20_000_002.0, -1e9] {
        let (single, double) = (CBOR::from(number), CBOR::from(f64::from(number)));
        println!(
            "write {}: f32 {} ({}), f64 {} ({})",
            number as i64,
            single.hex(), single.diagnostic(),
            double.hex(), double.diagnostic(),
        );
    }
    for integer in [-1i64, -5, -1001] {
        let single = f32::try_from(CBOR::from(integer)).unwrap();
        let double = f64::try_from(CBOR::from(integer)).unwrap();
        println!("read {integer}: f32 {single}, f64 {double}");
    }
}
RUST
CARGO_TARGET_DIR="$room/target" cargo run --quiet | tee now.txt
diff seen.txt now.txt
