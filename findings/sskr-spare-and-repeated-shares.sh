#!/usr/bin/env bash
# npm @blockchaincommons/sskr 1.0.0-beta.1 and pip shamir-mnemonic 0.3.0 (SLIP-39, from which SSKR comes): they answer
# the other way round to shares that nobody needs, and SSKR's answer depends on their order.
#
# SSKR: a share beyond the threshold does no harm. The same share twice is an error, although a quorum is there; but not
# if the threshold was reached before, by other shares. a b c c recovers the secret, c c a b does not.
# SLIP-39: the same share twice does no harm. One share more than the threshold is an error.
# A program that collects shares, by camera or from several places, has to drop repeats for the one, and to choose
# exactly as many as are needed for the other.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
SSKR, 2 of 3
  a b: the secret
  a b c: the secret
  a b a: DuplicateMemberIndex
  a b c c: the secret
  c c a b: DuplicateMemberIndex
SLIP-39, 2 of 3
  a b: the secret
  a b c: MnemonicError
  a b a: the secret
  a b c c: MnemonicError
  c c a b: MnemonicError
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @blockchaincommons/sskr@1.0.0-beta.1
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check shamir-mnemonic==0.3.0

cat > look.mjs <<'JS'
import { combineShares, generateShares, GroupSpec, Secret, shareBytes, Spec } from "@blockchaincommons/sskr";

const secret = Secret.from(new Uint8Array(16).fill(7));
const spec = Spec.from({ groupThreshold: 1, groups: [GroupSpec.parse("2-of-3")] });
const [a, b, c] = generateShares(spec, secret)[0].map(shareBytes);
console.log("SSKR, 2 of 3");
for (const [names, shares] of Object.entries({
  "a b": [a, b], "a b c": [a, b, c], "a b a": [a, b, a], "a b c c": [a, b, c, c], "c c a b": [c, c, a, b],
})) {
  try {
    console.log(`  ${names}: ${combineShares(shares).equals(secret) ? "the secret" : "another"}`);
  } catch (error) {
    console.log(`  ${names}: ${error.code}`);
  }
}
JS
cat > look.py <<'PY'
from shamir_mnemonic import combine_mnemonics, generate_mnemonics

secret = bytes([7] * 16)
shares = dict(zip("abc", generate_mnemonics(1, [(2, 3)], secret)[0]))
print("SLIP-39, 2 of 3")
for names in ("a b", "a b c", "a b a", "a b c c", "c c a b"):
    try:
        outcome = "the secret" if combine_mnemonics([shares[name] for name in names.split()]) == secret else "another"
    except Exception as error:
        outcome = type(error).__name__
    print(f"  {names}: {outcome}")
PY
{ node look.mjs && python/bin/python look.py; } | tee now.txt
diff seen.txt now.txt
