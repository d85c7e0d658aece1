//! Random envelopes of every kind of leaf, the same ones for the same seed.
use anyhow::Result;
use bc_components::{
    Ed25519PrivateKey, Encrypter, Nonce, PrivateKeyBase, PrivateKeysProvider, PublicKeys, PublicKeysProvider,
    Signer, SigningOptions, SigningPrivateKey, SymmetricKey,
};
use bc_envelope::prelude::*;
use provenance_mark::{ProvenanceMarkGenerator, ProvenanceMarkResolution};
use ssh_key::{Algorithm, EcdsaCurve, HashAlg};

/// Prints `count` envelopes, a line each, in hex.
pub fn print(seed: u64, count: usize) -> Result<()> {
    let mut random = Random(seed);
    for _ in 0..count {
        println!("{}", hex::encode(envelope(&mut random, 3)?.tagged_cbor().to_cbor_data()));
    }
    Ok(())
}

/// SplitMix64: no secret depends on it.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize].clone()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }

    /// A number of any size up to 64 bits.
    fn number(&mut self) -> u64 {
        self.next() >> self.below(64)
    }

    /// Without control characters, which this project escapes.
    fn text(&mut self) -> String {
        const LETTERS: &[&str] = &["a", "Z", "7", " ", "\"", "'", "\\", "é", "ß", "—", "日本", "🅧", "…"];
        (0..self.below(60)).map(|_| self.one_of(LETTERS)).collect()
    }
}

fn envelope(random: &mut Random, depth: usize) -> Result<Envelope> {
    if depth == 0 {
        return leaf_envelope(random);
    }
    Ok(match random.below(12) {
        0 | 1 => leaf_envelope(random)?,
        2 => envelope(random, depth - 1)?.wrap(),
        3 => envelope(random, depth - 1)?.elide(),
        4 => {
            let plain = envelope(random, depth - 1)?;
            encrypted(random, &plain)?
        }
        5 => envelope(random, depth - 1)?.wrap().compress()?,
        6 => assertion(random, depth - 1)?,
        _ => {
            let mut node = envelope(random, depth - 1)?;
            for _ in 0..1 + random.below(4) {
                let plain = assertion(random, depth - 1)?;
                let assertion = hidden_or_not(random, &plain)?;
                node = node.add_assertion_envelope(assertion)?;
            }
            node
        }
    })
}

fn leaf_envelope(random: &mut Random) -> Result<Envelope> {
    Ok(match random.below(20) {
        0..4 => Envelope::new(KnownValue::new(known_number(random))),
        4 => Envelope::new(format!("{}\n{}", random.text(), random.text())),
        _ => Envelope::new(leaf(random, 2)?),
    })
}

fn assertion(random: &mut Random, depth: usize) -> Result<Envelope> {
    let predicate = match random.below(4) {
        0 => Envelope::new(known_values::IS_A),
        _ => envelope(random, depth)?,
    };
    Ok(Envelope::new_assertion(predicate, envelope(random, depth)?))
}

/// An assertion that is shown, that has assertions of its own, or of which only its digest is left.
fn hidden_or_not(random: &mut Random, assertion: &Envelope) -> Result<Envelope> {
    Ok(match random.below(8) {
        0 => assertion.elide(),
        1 => encrypted(random, assertion)?,
        2 => assertion.compress()?,
        3 => assertion.add_assertion(known_values::NOTE, random.text()),
        _ => assertion.clone(),
    })
}

fn encrypted(random: &mut Random, envelope: &Envelope) -> Result<Envelope> {
    if envelope.subject().is_obscured() {
        return Ok(envelope.clone());
    }
    let key = SymmetricKey::from_data_ref(random.bytes(32))?;
    Ok(envelope.encrypt_subject_opt(&key, Some(Nonce::from_data_ref(random.bytes(12))?))?)
}

fn known_number(random: &mut Random) -> u64 {
    match random.below(8) {
        0 => random.number(),
        1 => random.below(1000),
        _ => random.below(110),
    }
}

fn leaf(random: &mut Random, depth: usize) -> Result<CBOR> {
    let kinds = if depth == 0 { 36 } else { 40 };
    Ok(match random.below(kinds) {
        0 => random.number().into(),
        1 => (-1 - (random.number() >> 1) as i64).into(),
        2 => f64::from_bits(random.next()).into(),
        3 => (f64::from(random.next() as i16) / 256.0).into(),
        4 => (random.below(1_000_000) as f64 / random.one_of(&[2.0, 8.0, 10.0, 1000.0])).into(),
        5 => random.one_of(&[f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0, -0.5]).into(),
        6 | 7 => random.text().into(),
        8 => {
            let length = random.below(300) as usize;
            bytes(random, length)
        }
        9 => random.one_of(&[true, false]).into(),
        10 => CBOR::null(),
        11 => tagged(1, random.below(4_000_000_000)),
        12 => tagged(1, -(random.below(4_000_000_000) as i64)),
        13 => tagged(1, random.below(4_000_000_000) as f64 / 4.0),
        14 => {
            let tag = random.one_of(&[2, 3]);
            tagged(tag, magnitude(random))
        }
        15 => tagged(32, format!("https://example.com/{}", random.number())),
        16 => sized(random, 37, 16),
        17 => tagged(262, CBOR::to_byte_string(format!("{{\"n\": {}}}", random.number()))),
        18 => {
            let tag = random.one_of(&[40001, 40012, 40024, 40025, 40023]);
            sized(random, tag, 32)
        }
        19 => sized(random, 40014, 12),
        20 => {
            let length = 8 + random.below(24) as usize;
            sized(random, 40018, length)
        }
        21 => seed(random),
        22 => {
            let length = 1 + random.below(40) as usize;
            sized(random, 40016, length)
        }
        23 | 24 => key(random)?,
        25 => signature(random)?,
        26 => tagged(40019, vec![encrypted_message(random, None), encapsulation(random, true)]),
        27 => encrypted_key(random),
        28 => provenance_mark(random),
        29 => tagged(40000, known_number(random)),
        30 => {
            let tag = random.one_of(&[40006, 40007]);
            let name = name(random);
            tagged(tag, name)
        }
        31 => {
            let id = sized(random, 40012, 32);
            let tag = random.one_of(&[40004, 40005, 40026]);
            tagged(tag, id)
        }
        32 => tagged(40005, tagged(40000, 17)),
        33 => sskr_share(random),
        34 => ssh_text(random)?,
        35 => encrypted_message(random, None),
        36 => (0..random.below(4)).map(|_| leaf(random, depth - 1)).collect::<Result<Vec<_>>>()?.into(),
        37 => map(random, depth)?,
        38 => tagged(1000 + random.below(1000), leaf(random, depth - 1)?),
        _ => tagged(200, tagged(201, leaf(random, depth - 1)?)),
    })
}

fn tagged(tag: u64, content: impl Into<CBOR>) -> CBOR {
    CBOR::to_tagged_value(tag, content)
}

fn bytes(random: &mut Random, length: usize) -> CBOR {
    CBOR::to_byte_string(random.bytes(length))
}

fn sized(random: &mut Random, tag: u64, length: usize) -> CBOR {
    tagged(tag, bytes(random, length))
}

/// Of a number that no integer of CBOR holds.
fn magnitude(random: &mut Random) -> CBOR {
    let mut magnitude = vec![1 + random.below(255) as u8];
    let length = 8 + random.below(12) as usize;
    magnitude.extend(random.bytes(length));
    CBOR::to_byte_string(magnitude)
}

fn map(random: &mut Random, depth: usize) -> Result<CBOR> {
    let mut map = Map::new();
    for _ in 0..random.below(4) {
        let key = leaf(random, 0)?;
        map.insert(key, leaf(random, depth - 1)?);
    }
    Ok(map.into())
}

fn seed(random: &mut Random) -> CBOR {
    let mut map = Map::new();
    map.insert(1, bytes(random, 16));
    tagged(40300, map)
}

fn name(random: &mut Random) -> CBOR {
    match random.below(2) {
        0 => random.below(20).into(),
        _ => random.text().into(),
    }
}

fn encrypted_message(random: &mut Random, aad: Option<CBOR>) -> CBOR {
    let length = random.below(50) as usize;
    let mut parts = vec![bytes(random, length), bytes(random, 12), bytes(random, 16)];
    parts.extend(aad.map(|aad| CBOR::to_byte_string(aad.to_cbor_data())));
    tagged(40002, parts)
}

fn encrypted_key(random: &mut Random) -> CBOR {
    let salt = sized(random, 40018, 16);
    let hash = random.below(2);
    let derivation: Vec<CBOR> = match random.below(4) {
        0 => vec![0.into(), salt, hash.into()],
        1 => vec![1.into(), salt, 100_000.into(), hash.into()],
        2 => vec![2.into(), salt, 15.into(), 8.into(), 1.into()],
        _ => vec![3.into(), salt],
    };
    tagged(40027, encrypted_message(random, Some(derivation.into())))
}

/// An encapsulation public key, or what one encapsulates.
fn encapsulation(random: &mut Random, is_ciphertext: bool) -> CBOR {
    let (level, public, ciphertext) =
        random.one_of(&[(512, 800, 768), (768, 1184, 1088), (1024, 1568, 1568)]);
    match random.below(2) {
        0 => sized(random, 40011, 32),
        _ if is_ciphertext => tagged(40102, vec![level.into(), bytes(random, ciphertext)]),
        _ => tagged(40101, vec![level.into(), bytes(random, public)]),
    }
}

/// Keys of each scheme, public or private, alone or in pairs.
fn key(random: &mut Random) -> Result<CBOR> {
    let base = PrivateKeyBase::from_data(random.bytes(32));
    let (level, private, public) = random.one_of(&[(2, 2560, 1312), (3, 4032, 1952), (5, 4896, 2592)]);
    let signing: SigningPrivateKey = match random.below(5) {
        0 => base.schnorr_signing_private_key(),
        1 => base.ecdsa_signing_private_key(),
        2 => SigningPrivateKey::new_ed25519(Ed25519PrivateKey::from_data_ref(random.bytes(32))?),
        3 => base.ssh_signing_private_key(ssh_algorithm(random), "somebody")?,
        _ => {
            let private = tagged(40021, tagged(40103, vec![level.into(), bytes(random, private)]));
            let public = tagged(40022, tagged(40104, vec![level.into(), bytes(random, public)]));
            let encapsulation = encapsulation(random, false);
            return Ok(match random.below(3) {
                0 => private,
                1 => public,
                _ => tagged(40017, vec![public, encapsulation]),
            });
        }
    };
    Ok(match random.below(5) {
        0 => signing.into(),
        1 => signing.public_key()?.into(),
        2 => base.private_keys().into(),
        3 => tagged(40017, vec![signing.public_key()?.into(), encapsulation(random, false)]),
        _ => PublicKeys::new(signing.public_key()?, base.public_keys().encapsulation_public_key()).into(),
    })
}

fn ssh_algorithm(random: &mut Random) -> Algorithm {
    let curves = [EcdsaCurve::NistP256, EcdsaCurve::NistP384];
    match random.below(2) {
        0 => Algorithm::Ed25519,
        _ => Algorithm::Ecdsa { curve: random.one_of(&curves) },
    }
}

fn signature(random: &mut Random) -> Result<CBOR> {
    let (level, length) = random.one_of(&[(2, 2420), (3, 3309), (5, 4627)]);
    Ok(match random.below(5) {
        0 => sized(random, 40020, 64),
        1 => tagged(40020, vec![1.into(), bytes(random, 64)]),
        2 => tagged(40020, vec![2.into(), bytes(random, 64)]),
        3 => tagged(40020, tagged(40105, vec![level.into(), bytes(random, length)])),
        _ => ssh_signature(random)?,
    })
}

fn ssh_signature(random: &mut Random) -> Result<CBOR> {
    let base = PrivateKeyBase::from_data(random.bytes(32));
    let key = base.ssh_signing_private_key(ssh_algorithm(random), "")?;
    let options = SigningOptions::Ssh { namespace: "envelope".to_string(), hash_alg: HashAlg::Sha256 };
    Ok(key.sign_with_options(&random.bytes(32), Some(options))?.into())
}

/// A text of SSH in its own tag.
fn ssh_text(random: &mut Random) -> Result<CBOR> {
    let base = PrivateKeyBase::from_data(random.bytes(32));
    let key = base.ssh_signing_private_key(ssh_algorithm(random), "somebody")?;
    let outer: CBOR = match random.below(3) {
        0 => key.into(),
        1 => key.public_key()?.into(),
        _ => ssh_signature(random)?,
    };
    Ok(outer.try_into_tagged_value()?.1)
}

fn provenance_mark(random: &mut Random) -> CBOR {
    let resolution = random.one_of(&[
        ProvenanceMarkResolution::Low,
        ProvenanceMarkResolution::Medium,
        ProvenanceMarkResolution::Quartile,
        ProvenanceMarkResolution::High,
    ]);
    let mut generator = ProvenanceMarkGenerator::new_with_passphrase(resolution, &random.text());
    let date = Date::from_timestamp(1_700_000_000.0 + 86_400.0 * random.below(1000) as f64);
    generator.next(date, None::<String>).into()
}

/// A share of one group and a threshold of one: five bytes about it, then the secret.
fn sskr_share(random: &mut Random) -> CBOR {
    let mut share = random.bytes(2);
    share.extend([0, 0, 0]);
    share.extend(random.bytes(32));
    tagged(40309, CBOR::to_byte_string(share))
}
