#!/usr/bin/env python3
"""A wallet's side of the protocol without any Gordian library, after docs/request-by-bytes.md.

    python3 client.py http://127.0.0.1:5332

stores a share, sealed, and reads it back, sealed. It needs Python 3.9 and the package `cryptography`. It shows every
step and cuts no corner of checking, but keeps no keys: a wallet would.
"""

import os
import sys
import time
import urllib.error
import urllib.request
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DATE, ENVELOPE, LEAF = 1, 200, 201
KNOWN_VALUE, DIGEST, ENCRYPTED, REQUEST, RESPONSE, FUNCTION, PARAMETER = 40000, 40001, 40002, 40004, 40005, 40006, 40007
X25519_PUBLIC, ARID, PUBLIC_KEYS, SEALED, SIGNATURE = 40011, 40012, 40017, 40019, 40020
SIGNING_PUBLIC, SYMMETRIC_KEY, XID = 40022, 40023, 40024

IS_A, SIGNED, HAS_RECIPIENT, KEY, WHEN, UNKNOWN, ALLOW, ALL = 1, 3, 5, 8, 16, 17, 60, 70
BODY, RESULT, ERROR, OK, SENDER = 100, 101, 102, 103, 105

ED25519 = 2


# --- Deterministic CBOR: just what envelopes need. A value is an int, bytes, a str, a list or a Tagged.


class Tagged:
    def __init__(self, tag, value):
        self.tag, self.value = tag, value


def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    size, info = next((s, i) for s, i in ((1, 24), (2, 25), (4, 26), (8, 27)) if number < 256**s)
    return bytes([major << 5 | info]) + number.to_bytes(size, "big")


def encode(value):
    if isinstance(value, int) and value >= 0:
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, Tagged):
        return head(6, value.tag) + encode(value.value)
    raise TypeError(f"not needed here: {value!r}")


class Reader:
    """Reads heads one by one, and refuses what is not deterministic."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        piece = self.data[self.at : self.at + size]
        if len(piece) != size:
            raise ValueError("cut short")
        self.at += size
        return piece

    def head(self):
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if info > 27:
            raise ValueError("not deterministic")
        number = info if info < 24 else int.from_bytes(self.take(1 << (info - 24)), "big")
        if info >= 24 and head(major, number)[0] != first:
            raise ValueError("not deterministic")
        return major, number

    def value(self):
        major, number = self.head()
        if major == 0:
            return number
        if major == 2:
            return self.take(number)
        if major == 3:
            return self.take(number).decode()
        if major == 4:
            return [self.value() for _ in range(number)]
        if major == 6:
            return Tagged(number, self.value())
        raise ValueError("not needed here")


# --- Envelopes: each element is kept with its encoding and its digest.


class Element:
    def __init__(self, kind, encoding, digest, **parts):
        self.kind, self.encoding, self.digest = kind, encoding, digest
        self.__dict__.update(parts)


def leaf(value):
    return Element("leaf", head(6, LEAF) + encode(value), sha256(encode(value)).digest(), value=value)


def known(number):
    return Element("known", encode(number), sha256(encode(Tagged(KNOWN_VALUE, number))).digest(), value=number)


def wrap(inner):
    return Element("wrapped", head(6, ENVELOPE) + inner.encoding, sha256(inner.digest).digest(), inner=inner)


def assertion(predicate, content):
    encoding = head(5, 1) + predicate.encoding + content.encoding
    digest = sha256(predicate.digest + content.digest).digest()
    return Element("assertion", encoding, digest, predicate=predicate, object=content)


def node(subject, *assertions):
    ordered = sorted(assertions, key=lambda item: item.digest)
    encoding = head(4, 1 + len(ordered)) + subject.encoding + b"".join(item.encoding for item in ordered)
    digest = sha256(subject.digest + b"".join(item.digest for item in ordered)).digest()
    return Element("node", encoding, digest, subject=subject, assertions=ordered)


def envelope(element):
    return head(6, ENVELOPE) + element.encoding


def read_envelope(data):
    reader = Reader(data)
    if reader.head() != (6, ENVELOPE):
        raise ValueError("not an envelope")
    element = read_element(reader)
    if reader.at != len(data) or envelope(element) != data:
        raise ValueError("not in its one form")
    return element


def read_element(reader):
    major, number = reader.head()
    if major == 0:
        return known(number)
    if major == 4 and number >= 2:
        elements = [read_element(reader) for _ in range(number)]
        if len({item.digest for item in elements[1:]}) != number - 1:
            raise ValueError("two assertions with one digest")
        return node(elements[0], *elements[1:])
    if major == 5 and number == 1:
        return assertion(read_element(reader), read_element(reader))
    if major == 6 and number == ENVELOPE:
        return wrap(read_element(reader))
    if major == 6 and number == LEAF:
        return leaf(reader.value())
    if major == 6 and number == ENCRYPTED:
        return encrypted(reader.value())
    raise ValueError("an element that is not needed here, or none")


def encrypted(parts):
    aad = Reader(parts[3]).value()
    if len(parts) != 4 or aad.tag != DIGEST:
        raise ValueError("encrypted without a digest")
    return Element("encrypted", encode(Tagged(ENCRYPTED, parts)), aad.value, parts=parts)


def subject_of(element):
    return element.subject if element.kind == "node" else element


def assertions_of(element):
    return element.assertions if element.kind == "node" else []


def objects(element, predicate):
    """The objects of all assertions with this predicate: digests are compared, not encodings."""
    found = [item for item in assertions_of(element) if item.kind == "assertion"]
    return [item.object for item in found if item.predicate.digest == predicate.digest]


def only(found):
    if len(found) != 1:
        raise ValueError(f"one is expected, there are {len(found)}")
    return found[0]


def is_readable(element):
    """Nothing in it is encrypted. What is elided or compressed was refused when it was read."""
    parts = {
        "wrapped": lambda: [element.inner],
        "assertion": lambda: [element.predicate, element.object],
        "node": lambda: [element.subject, *element.assertions],
    }.get(element.kind, list)()
    return element.kind != "encrypted" and all(map(is_readable, parts))


# --- Keys, signatures, sealing


def public_bytes(private_key):
    return private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Keys:
    def __init__(self):
        self.signing, self.agreement = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        signing = Tagged(SIGNING_PUBLIC, [ED25519, public_bytes(self.signing)])
        agreement = Tagged(X25519_PUBLIC, public_bytes(self.agreement))
        self.public = Tagged(PUBLIC_KEYS, [signing, agreement])
        self.xid = sha256(encode(signing)).digest()

    def document(self):
        key = node(leaf(self.public), assertion(known(ALLOW), known(ALL)))
        return node(leaf(Tagged(XID, self.xid)), assertion(known(KEY), key))


def sign(content, keys):
    wrapped = wrap(content)
    signature = Tagged(SIGNATURE, [ED25519, keys.signing.sign(wrapped.digest)])
    return node(wrapped, assertion(known(SIGNED), leaf(signature)))


def agreed_key(shared):
    return HKDF(algorithm=SHA256(), length=32, salt=b"agreement", info=b"").derive(shared)


def seal(content, recipient):
    """`recipient`: 32 bytes, an X25519 public key."""
    wrapped = wrap(content)
    content_key, nonce, key_nonce = os.urandom(32), os.urandom(12), os.urandom(12)
    aad = encode(Tagged(DIGEST, wrapped.digest))
    body = ChaCha20Poly1305(content_key).encrypt(nonce, envelope(wrapped), aad)

    ephemeral = X25519PrivateKey.generate()
    key = agreed_key(ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient)))
    locked = ChaCha20Poly1305(key).encrypt(key_nonce, encode(Tagged(SYMMETRIC_KEY, content_key)), None)
    locked = Tagged(ENCRYPTED, [locked[:-16], key_nonce, locked[-16:]])
    message = Tagged(SEALED, [locked, Tagged(X25519_PUBLIC, public_bytes(ephemeral))])
    subject = encrypted([body[:-16], nonce, body[-16:], aad])
    return node(subject, assertion(known(HAS_RECIPIENT), leaf(message)))


def unseal(sealed, keys):
    for message in objects(sealed, known(HAS_RECIPIENT)):
        locked, ephemeral = message.value.value
        ciphertext, nonce, tag = locked.value
        key = agreed_key(keys.agreement.exchange(X25519PublicKey.from_public_bytes(ephemeral.value)))
        try:
            plain = ChaCha20Poly1305(key).decrypt(nonce, ciphertext + tag, None)
        except InvalidTag:
            continue
        content_key = Reader(plain).value().value
        ciphertext, nonce, tag, aad = subject_of(sealed).parts
        content = read_envelope(ChaCha20Poly1305(content_key).decrypt(nonce, ciphertext + tag, aad))
        if content.digest != subject_of(sealed).digest or content.kind != "wrapped":
            raise ValueError("not what was sealed")
        return content.inner
    raise ValueError("not sealed to these keys")


# --- The protocol


class Server:
    def __init__(self, url):
        self.url = url
        reader = Reader(self.http(None))
        if reader.head() != (6, XID):
            raise ValueError("not a XID document")
        document = read_envelope(reader.data[reader.at :])
        self.xid = document.subject.value.value
        signing, agreement = subject_of(only(objects(document, known(KEY)))).value.value
        if sha256(encode(signing)).digest() != self.xid or signing.value[0] != ED25519:
            raise ValueError("the document lacks the key that its XID names")
        self.signing, self.agreement = signing.value[1], agreement.value

    def http(self, body):
        headers = {"Accept": "application/cbor", "Content-Type": "application/cbor"}
        request = urllib.request.Request(self.url, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.read()
        except urllib.error.HTTPError as error:  # refused before it knew who asks: the answer says why
            return error.read()

    def call(self, keys, function, *parameters):
        """Signs, seals, sends, opens and checks. Gives the result; a refusal is an exception."""
        parameters = [*parameters, ("recipient", leaf(Tagged(XID, self.xid)))]
        named = [assertion(leaf(Tagged(PARAMETER, name)), value) for name, value in parameters]
        arid = Tagged(ARID, os.urandom(32))
        request = node(
            leaf(Tagged(REQUEST, arid)),
            assertion(known(BODY), node(leaf(Tagged(FUNCTION, function)), *named)),
            assertion(known(WHEN), leaf(Tagged(DATE, int(time.time())))),
            assertion(known(SENDER), keys.document()),
        )
        answer = read_envelope(self.http(envelope(seal(sign(request, keys), self.agreement))))
        return self.open(answer, keys, arid)

    def open(self, answer, keys, arid):
        signed = unseal(answer, keys) if subject_of(answer).kind == "encrypted" else answer
        wrapped = subject_of(signed)
        signature = only(objects(signed, known(SIGNED))).value
        if wrapped.kind != "wrapped" or len(assertions_of(signed)) != 1 or signature.value[0] != ED25519:
            raise ValueError("the answer must be signed, once")
        Ed25519PublicKey.from_public_bytes(self.signing).verify(signature.value[1], wrapped.digest)

        response = wrapped.inner
        if not is_readable(response):
            raise ValueError("a part of the answer is hidden")
        if subject_of(only(objects(response, known(SENDER)))).value.value != self.xid:
            raise ValueError("another server answered")
        early = leaf(Tagged(RESPONSE, Tagged(KNOWN_VALUE, UNKNOWN)))
        if response.subject.digest not in (leaf(Tagged(RESPONSE, arid)).digest, early.digest):
            raise ValueError("the answer is to another request")
        for error in objects(response, known(ERROR)):
            code = only(objects(error, leaf("code"))).value
            raise RuntimeError(f"{subject_of(error).value} ({code})")
        if response.subject.digest == early.digest:
            raise ValueError("a result for nobody")
        return only(objects(response, known(RESULT)))


def receipt_for(xid, data):
    return sha256(xid + data).digest()


def receipt(data):
    return node(leaf(data), assertion(known(IS_A), leaf("Receipt")))


def store_share(server, keys, data):
    result = server.call(keys, "storeShare", ("data", leaf(data)))
    expected = receipt_for(keys.xid, data)
    if result.encoding != receipt(expected).encoding:
        raise ValueError("a receipt for something else")
    return expected


def retrieve_shares(server, keys, *receipts):
    """The named shares, or all. Gives `{receipt: data}`."""
    result = server.call(keys, "retrieveShares", *(("receipt", receipt(data)) for data in receipts))
    if subject_of(result).digest != known(OK).digest:
        raise ValueError("not 'OK'")
    shares = {item.predicate.subject.value: item.object.value for item in assertions_of(result)}
    if any(receipt_for(keys.xid, data) != name for name, data in shares.items()):
        raise ValueError("a share that was not stored")
    return shares


def main(url):
    server, keys = Server(url), Keys()
    print("server ", server.xid.hex())
    print("account", keys.xid.hex())
    name = store_share(server, keys, b"a share")
    print("stored ", name.hex())
    print("again  ", retrieve_shares(server, keys, name)[name].decode())
    print("all    ", len(retrieve_shares(server, keys)))
    try:
        retrieve_shares(server, keys, bytes(32))
    except RuntimeError as refusal:
        print("refused", refusal)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5332")
