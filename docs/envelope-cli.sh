#!/usr/bin/env bash
# Stores a share with nothing but curl and the `envelope` command (bc-envelope-cli): once as a signed request
# in the clear, once sealed to the server. Both give the same receipt.
#
#   docs/envelope-cli.sh [URL]        URL of the server; default http://127.0.0.1:5332
#
# `envelope` is looked for on the PATH; ENVELOPE_CLI names another place.
set -euo pipefail

url=${1:-http://127.0.0.1:5332}
cli=${ENVELOPE_CLI:-envelope}
share='a share of a seed'

step() { printf '\n# %s\n' "$*"; }
fail() { printf 'envelope-cli.sh: %s\n' "$*" >&2; exit 1; }
command -v "$cli" >/dev/null || fail "there is no \`$cli\`: install bc-envelope-cli, or set ENVELOPE_CLI"

# The CLI has no words for functions, parameters and requests, so they go in as leaves of CBOR: a tag (40004
# request, 40006 function, 40007 parameter) in hex, and then what it holds.
hex() { local i; for ((i = 0; i < ${#1}; i++)); do printf %02x "'${1:i:1}"; done; } # of ASCII
text() { printf %02x $((0x60 + ${#1})); hex "$1"; } # a CBOR text of up to 23 letters
function_leaf() { "$cli" subject type cbor "d99c46$(text "$1")"; }
request_leaf() { "$cli" subject type cbor "d99c44d99c4c5820$1"; } # $1: the ID, 32 bytes in hex
parameter() { "$cli" assertion add pred-obj cbor "d99c47$(text "$1")" "${@:2}"; }
assertion() { "$cli" assertion add pred-obj known "$@"; }
object_of() { "$cli" assertion find predicate known "$1" "$2" | "$cli" extract object 2>/dev/null; }

# Signs for the wallet a call of storeShare, with a new ID: a signature covers the subject, so the request is wrapped.
signed_request() {
  local id call request
  id=$("$cli" generate arid --hex)
  # The call: the function, the share, and which server it is for, so that no other can make use of it.
  call=$(function_leaf storeShare)
  call=$(parameter data data "$(hex "$share")" "$call")
  call=$(parameter recipient ur "$server_xid" "$call")
  # The request: the call, the time, and who asks, with the keys to check the signature and to seal an answer.
  request=$(request_leaf "$id")
  request=$(assertion body envelope "$call" "$request")
  request=$(assertion date date "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$request")
  request=$(assertion sender envelope "$wallet_document" "$request")
  "$cli" subject type wrapped "$request" | "$cli" sign --signer "$wallet_private"
}

post() { curl --silent --show-error -H 'content-type: text/plain' --data-binary "$1" "$url"; }

# Verifies that the server signed an answer, and prints the receipt in it, or the error.
receipt_of() {
  local signed content
  signed=$("$cli" verify --verifier "$server_keys" "$1") || fail 'the server did not sign this answer'
  content=$("$cli" extract wrapped "$signed")
  object_of result "$content" || fail "refused: $("$cli" format "$(object_of error "$content")")"
}

step 'The server, as its XID document: its XID, and the keys it signs and is sealed to with'
server=$(curl --fail --silent --show-error -H 'accept: text/plain' "$url")
server_xid=$("$cli" xid id "$server")
server_keys=$("$cli" xid key at 0 "$server" | "$cli" extract ur --ur-type crypto-pubkeys)
"$cli" format "$server"

step 'A new wallet: an Ed25519 key to sign with, an X25519 key to be sealed to, and the document that names it'
read -r wallet_private wallet_public <<<"$("$cli" generate keypairs --signing ed25519)"
wallet_document=$("$cli" xid new --private omit "$wallet_public")
"$cli" format "$wallet_document"

step 'A signed request, sent in the clear'
request=$(signed_request)
"$cli" format "$request"

step 'The receipt, from an answer that the server signed'
receipt=$(receipt_of "$(post "$request")")
"$cli" format "$receipt"
"$cli" extract data "$receipt"

step 'Another one for the same share, wrapped and encrypted to the server'
sealed=$("$cli" subject type wrapped "$(signed_request)" | "$cli" encrypt --recipient "$server_keys")
"$cli" format "$sealed"

step 'Its answer, encrypted to the wallet, holds the same receipt'
answer=$("$cli" decrypt --recipient "$wallet_private" "$(post "$sealed")" | "$cli" extract wrapped)
again=$(receipt_of "$answer")
"$cli" extract data "$again"
[[ $again == "$receipt" ]] || fail 'the receipts differ'
