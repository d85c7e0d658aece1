/** Each kind of secret, as people and programs write it. None of them is a secret of anybody. */
import { Envelope, PrivateKeys } from "@bc/envelope";
import { entropyToMnemonic } from "@scure/bip39";
import { describe, expect, test } from "vitest";
import { sha256 } from "#bc/crypto";
import { cbor, taggedValue } from "#bc/dcbor";
import { MultipartEncoder, UR } from "#bc/ur";
import { encodeBytewords } from "#bc/ur/bytewords";
import { secretIn } from "./find-secret.ts";
import { readWordLists } from "./read-word-lists.ts";
import { textOfCode } from "./seed-digits.ts";
import { wordLists } from "./word-lists.ts";

const file = await readWordLists();
const lists = wordLists(file);
const { slip39: _slip39, ...languages } = file;

/** A phrase of so many words, the same in every run. */
function phrase(words: readonly string[], count: number): string {
  const entropy = Uint8Array.from(
    { length: (count * 4) / 3 },
    (_, i) => (i * 73 + count * 31 + words.length) & 0xff,
  );
  return entropyToMnemonic(entropy, [...words]);
}

function find(text: string): string | undefined {
  return secretIn(text, lists);
}

describe.each(Object.entries<readonly string[]>(languages))(
  "recovery words in %s are told",
  (_language, words) => {
    test.each([12, 15, 18, 21, 24])("%i of them", (count) => {
      const plain = phrase(words, count);
      const each = plain.split(/\s+/);
      for (const text of [
        plain,
        plain.toUpperCase(),
        plain.normalize("NFC"),
        plain.normalize("NFD"),
        each.join(" "),
        each.join("\u3000"),
        each.join("\n"),
        each.join(", "),
        each.join("-"),
        each.map((word, i) => `${i + 1}. ${word}`).join("\n"),
        each.map((word, i) => `Word ${i + 1}: ${word}`).join("\n"),
        each.map((word, i) => `${i + 1}\t${word}\r\n`).join(""),
        `My seed: ${plain}`,
        `„${plain}“`,
        `Hello,\nplease keep this for me:\n\n${plain}\n\nThanks, Alice`,
        `> ${each.slice(0, 6).join(" ")}\n> ${each.slice(6).join(" ")}`,
        plain.replaceAll(/(?=\p{L})/gu, "\u200b"),
      ]) {
        expect(find(text), text).toBe("recovery-words");
      }
    });

    test("damaged: with a word wrong, or one missing", () => {
      for (const count of [12, 24]) {
        const each = phrase(words, count).split(/\s+/);
        for (const place of each.keys()) {
          expect(find(each.with(place, "xqzw").join(" "))).toBe("recovery-words");
          expect(find(each.toSpliced(place, 1).join(" "))).toBe("recovery-words");
        }
      }
    });
  },
);

test("Chinese words are told without spaces, where the checksum is right", () => {
  for (const words of [file["simplifiedChinese"], file["traditionalChinese"]]) {
    const text = phrase(words ?? [], 12).replaceAll(" ", "");
    expect(text).toHaveLength(12);
    expect(find(text)).toBe("recovery-words");
    expect(find(`${text}。`)).toBe("recovery-words");
    const [first = "", ...rest] = text;
    const other = words?.find((word) => word !== first) ?? "";
    expect(find(text)).not.toBe(find([other, ...rest].toReversed().join("")));
  }
});

test("the lists are the official ones", () => {
  const sizes = Object.values<readonly string[]>(file).map(({ length }) => length);
  expect(sizes).toEqual([...Array.from({ length: 10 }, () => 2048), 1024]);
  const slip39 = file["slip39"] ?? [];
  // As SLIP-0039 demands: in order, and told apart by four letters.
  expect(slip39.toSorted()).toEqual(slip39);
  expect(new Set(slip39.map((word) => word.slice(0, 4))).size).toBe(1024);
  expect(slip39.every((word) => /^[a-z]{4,8}$/.test(word))).toBe(true);
});

/** The first two test vectors of SLIP-0039. */
const SLIP39 = [
  "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband erode duke ajar critical decision keyboard",
  "theory painting academic academic armed sweater year military elder discuss acne wildlife boring employer fused large satoshi bundle carbon diagnose anatomy hamster leaves tracks paces beyond phantom capital marvel lips brave detect luck",
];
const BYTES = Uint8Array.from({ length: 16 }, (_, i) => i * 15);
const XPRV =
  "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
const WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
const NSEC = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
const AGE = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const HEX = "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35";
const seed = UR.from("seed", cbor(new Map([[1, BYTES]])));
const openSeed = Envelope.new(taggedValue(40300, new Map([[1, new Uint8Array(300)]])));

/** The digits of a phrase: the vectors 1 and 4 of SeedQR. */
const SEED_QRS = [
  "011513251154012711900771041507421289190620080870026613431420201617920614089619290300152408010643",
  "073318950739065415961602009907670428187212261116",
];

describe("a secret is told", () => {
  test.each<[string, string, string]>([
    ["20 words of SLIP-39", SLIP39[0] ?? "", "recovery-words"],
    ["33 words of SLIP-39, in capitals", SLIP39[1]?.toUpperCase() ?? "", "recovery-words"],
    ["SLIP-39 with a word wrong", SLIP39[0]?.replace("coal", "coaal") ?? "", "recovery-words"],
    ["SLIP-39 with a word missing", SLIP39[0]?.replace(" coal", "") ?? "", "recovery-words"],
    ["bytewords", encodeBytewords(BYTES, "standard"), "recovery-words"],
    ["bytewords in a link", `https://a.example/${encodeBytewords(BYTES, "uri")}`, "recovery-words"],
    ["a SeedQR of 24 words", SEED_QRS[0] ?? "", "seed"],
    ["a SeedQR of 12 words", SEED_QRS[1] ?? "", "seed"],
    ["a SeedQR in two lines", SEED_QRS[1]?.replace(/.{4}/g, "$& ") ?? "", "seed"],
    ["a SeedQR with a digit missing", SEED_QRS[1]?.replace("0654", "065") ?? "", "seed"],
    ["a SeedQR with a digit wrong", SEED_QRS[1]?.replace("0654", "9654") ?? "", "seed"],
    ["a SeedQR in a letter", `Seed:\n${SEED_QRS[0]}\nAlice`, "seed"],
    ["a CompactSeedQR of 12 words", textOfCode(Uint8Array.from(BYTES, (byte) => byte ^ 0xff)), "seed"],
    ["a CompactSeedQR of 24 words", textOfCode(new Uint8Array(32).fill(0x80)), "seed"],
    ["a CompactSeedQR without a byte beyond ASCII", textOfCode(new Uint8Array(16).fill(1)), "seed"],
    ["an xprv", XPRV, "wallet-private-key"],
    ["an xprv, folded", `> ${XPRV.slice(0, 30)}\n> ${XPRV.slice(30)}`, "wallet-private-key"],
    ["an xprv with a letter missing", XPRV.replace("QTDL", "QTL"), "wallet-private-key"],
    ["an xprv in a descriptor", `wpkh([d34db33f/84h/0h/0h]${XPRV}/0/*)#abc`, "wallet-private-key"],
    ["a zprv", XPRV.replace("x", "z"), "wallet-private-key"],
    ["a tprv", XPRV.replace("x", "t"), "wallet-private-key"],
    ["WIF", `Here: ${WIF}.`, "private-key"],
    ["WIF of a compressed key", "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617", "private-key"],
    ["WIF with a letter wrong", WIF.replace("jvh", "jxh"), "private-key"],
    ["BIP-38", "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg", "private-key"],
    ["an nsec", NSEC, "private-key"],
    ["an nsec in capitals", NSEC.toUpperCase(), "private-key"],
    ["an nsec that was cut off", NSEC.slice(0, 40), "private-key"],
    ["an nsec in a link", `nostr:${NSEC}`, "private-key"],
    ["codex32", "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw", "seed"],
    ["a share of codex32 in capitals", "MS12NAMEA320ZYXWVUTSRQPNMLKJHGFEDCAXRPP870HKKQRM", "seed"],
    ["an age key", AGE, "private-key"],
    ["an age key in its file", `# created: 2026-01-01\n# public key: age1zvk\n${AGE}\n`, "private-key"],
    ["an age key that was cut off", AGE.slice(0, 50), "private-key"],
    ["PEM", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r", "private-key"],
    ["a key in hex", HEX, "hex-key"],
    ["a key in hex with its mark", `0x${HEX.toUpperCase()}`, "hex-key"],
    ["a key in hex in groups", HEX.replace(/.{4}/g, "$& "), "hex-key"],
    ["a seed in hex", HEX.slice(0, 32), "hex-key"],
    [
      "a key in hex with a label in a letter",
      `Hello, the private key is ${HEX}, keep it.`,
      "private-key-in-hex",
    ],
    ["a seed as a UR", String(seed), "seed"],
    ["a seed as a UR, folded in its type", String(seed).replace("seed", "se\r\n> ed"), "seed"],
    ["a damaged seed as a UR", String(seed).replace(/..$/, "ae"), "seed"],
    [
      "a part of a seed",
      new MultipartEncoder(UR.from("crypto-seed", openSeed.toCbor()), 100).nextPart(),
      "seed",
    ],
    ["a seed as a UR after a request", `${Envelope.new("x").urString()}\n${seed}`, "seed"],
    ["private keys as a UR in a letter", `Hello: ${PrivateKeys.generate().urString()}.`, "private-keys"],
    ["a seed in an open envelope", `Hello: ${openSeed.urString()}.`, "seed"],
    [
      "words in an open envelope",
      Envelope.new(phrase(file["english"] ?? [], 12)).urString(),
      "recovery-words",
    ],
  ])("%s", (_name, text, secret) => {
    expect(find(text)).toBe(secret);
  });
});

describe("what only looks like a secret is none:", () => {
  test.each<[string, string]>([
    ["the identity of a server in words", "able acid also apex"],
    ["a receipt in a sentence", `The receipt is ${HEX}, please delete it.`],
    ["an ID on its line", `id ${HEX}`],
    ["years", "1999 2001 2002 2003 2004 2005 2006 2007 2008 2009 2010 2011 2012"],
    ["times", "0900 0915 0930 0945 1000 1015 1030 1045 1100 1115 1130 1145"],
    ["a long number", "98765432109876543210987654321098765432109876543210"],
    [
      "a public key",
      "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
    ],
    ["an npub", NSEC.replace("nsec", "npub")],
    ["an address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"],
    ["a code of sixteen letters", "ABCDEFGH-1234567"],
    [
      "a sentence of words from the list",
      "You will find about half of them there before the end of next month, only this time in order",
    ],
    ["a Chinese sentence", "我们今天下午三点在学校门口见"],
    ["a talk about keys", "Never send your xprv, your nsec, your AGE-SECRET-KEY or your seed: 12 words."],
    ["a UUID", "123e4567-e89b-12d3-a456-426614174000"],
  ])("%s", (_name, text) => {
    expect(find(text)).toBeUndefined();
  });
});

test("long texts are looked through in time that grows no faster than they do", () => {
  for (const text of [
    "a ",
    "1 ",
    "1234 ",
    "ms1 ",
    "0",
    "xprv",
    "abandon the ",
    "\n> ",
    "priv ",
    "secret:",
    "ur:a/",
    "的",
  ]) {
    find(text.repeat(1_000_000 / text.length));
  }
});

test("a QR code of sixteen bytes that are a text is one", () => {
  for (const text of ["ABCDEFGH-1234567", "eine Zeile\r\nübe"]) {
    const bytes = new TextEncoder().encode(text);
    expect(bytes).toHaveLength(16);
    expect(textOfCode(bytes)).toBe(text);
    expect(find(text)).toBeUndefined();
  }
});

test("of a thousand phrases of English, where most everyday words are, hardly any passes for a sentence", () => {
  const english = file["english"] ?? [];
  const phrases = Array.from({ length: 1_000 }, (_, seed) => {
    const entropy = sha256(Uint8Array.of(seed & 0xff, seed >> 8)).subarray(0, 16);
    return entropyToMnemonic(entropy, [...english]);
  });
  expect(phrases.filter((words) => find(words) === undefined).length).toBeLessThanOrEqual(1);
});
