import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CONTACT_KINDS,
  type Contact,
  ContactError,
  type ContactKind,
  contactKey,
  MAX_CONTACT_BYTES,
  maskContact,
  parseContact,
} from "./contact.ts";

const parse = (
  text: string,
  kinds: readonly ContactKind[] = CONTACT_KINDS,
): Contact | "unsupported-fallback" => {
  try {
    return parseContact(text, kinds);
  } catch (error) {
    if (error instanceof ContactError) return "unsupported-fallback";
    throw error;
  }
};

describe("an e-mail address", () => {
  test.each([
    ["alice@example.com", "alice@example.com"],
    ["  Alice.B+shares@Example.COM\n", "Alice.B+shares@example.com"],
    ["+tag@example.com", "+tag@example.com"],
    ["o'neil@mail.example.co.uk", "o'neil@mail.example.co.uk"],
    ["alice@bücher.example", "alice@xn--bcher-kva.example"],
    ["alice@bu\u0308cher.example", "alice@xn--bcher-kva.example"],
    ["jose\u0301@example.com", "jos\u00e9@example.com"],
    ["\ufeffalice@example.com", "alice@example.com"],
    ["\u200balice@example.com\u200b\u00a0", "alice@example.com"],
    ["\u202aalice@example.com\u202c", "alice@example.com"],
    ["\u00ad \u200ealice@example.com\u200f\u2060\u3000", "alice@example.com"],
  ])("is normalised: %j", (text, address) => {
    expect(parse(text)).toEqual({ kind: "email", address });
  });

  test.each([
    "",
    "alice",
    "@example.com",
    "alice@",
    "alice@localhost",
    "alice@example.com.",
    "alice@.example.com",
    "alice@-example.com",
    "alice@exa_mple.com",
    "alice@example.1",
    "alice@127.0.0.1",
    "alice@0x7f.1",
    "alice@[127.0.0.1]",
    "alice@example.com:25",
    "alice@example.com/path",
    "alice@exam%70le.com",
    "alice@bob@example.com",
    ".alice@example.com",
    "alice.@example.com",
    "al..ice@example.com",
    '"alice smith"@example.com',
    "alice smith@example.com",
    "Alice <alice@example.com>",
    "alice@example.com,bob@example.com",
    "alice@example.com;bob@example.com",
    "alice(comment)@example.com",
    "mailto:alice@example.com",
  ])("is refused when it is none, or more than one: %j", (text) => {
    expect(parse(text)).toBe("unsupported-fallback");
  });

  test.each([
    "alice@example.com\r\nBcc: mallory@example.com",
    "alice\nBcc: mallory@example.com",
    "alice\u0000@example.com",
    "alice\u200b@example.com",
    "alice@example\u2028.com",
    "al\u202eice@example.com",
    "alice\t@example.com",
  ])("is refused when it carries control characters or hidden ones: %j", (text) => {
    expect(parse(text)).toBe("unsupported-fallback");
  });

  test("may be as long as SMTP allows, and no longer", () => {
    const domain = `${"d".repeat(61)}.${"e".repeat(63)}.${"f".repeat(63)}`;
    const longest = `${"a".repeat(64)}@${domain}`;
    expect(longest.length).toBe(MAX_CONTACT_BYTES);
    expect(parse(longest)).toEqual({ kind: "email", address: longest });
    expect(parse(`${longest}f`)).toBe("unsupported-fallback");
    expect(parse(`a${longest}`)).toBe("unsupported-fallback");
    expect(parse(`${"é".repeat(33)}@example.com`)).toBe("unsupported-fallback");
  });
});

describe("a phone number", () => {
  test.each([
    ["+15551234567", "+15551234567"],
    ["+1 (555) 123-4567", "+15551234567"],
    ["+44 20 7183 8750", "+442071838750"],
    ["+44\u00a020\u202f7183\u20098750", "+442071838750"],
    ["+1 555\u2011123\u20104567", "+15551234567"],
    ["+1\u2013555\u2212123\ufe634567", "+15551234567"],
    ["+49 30/901820", "+4930901820"],
    ["+49 (30) 90.18.20", "+4930901820"],
    ["\uff0b\uff11\uff15\uff15\uff15\uff11\uff12\uff13\uff14\uff15\uff16\uff17", "+15551234567"],
    ["\u202a+1 555-123-4567\u202c", "+15551234567"],
    ["+1\u200e555\u200b123\u00ad4567", "+15551234567"],
    ["\ufeff+1 555 123 4567\u3000", "+15551234567"],
  ])("becomes E.164: %j", (text, address) => {
    expect(parse(text)).toEqual({ kind: "phone", address });
  });

  test.each([
    "15551234567",
    "+1555",
    "+999123456789",
    "+1555123456789012",
    "+15551234567 ext 5",
    "tel:+15551234567",
  ])("is refused when it is not international, not possible, or more than a number: %j", (text) => {
    expect(parse(text)).toBe("unsupported-fallback");
  });

  test("is refused in other digits than ASCII's", () => {
    expect(parse("+1555١234567")).toBe("unsupported-fallback");
  });
});

describe("any other contact", () => {
  test.each([
    ["matrix:u/alice:example.org", "matrix:u/alice:example.org"],
    ["SIP:alice@example.org", "sip:alice@example.org"],
    ["https://Example.org/inbox/alice", "https://example.org/inbox/alice"],
  ])("is an absolute URI: %j", (text, address) => {
    expect(parse(text)).toEqual({ kind: "uri", address });
  });

  test.each([
    "//example.org/x",
    "/inbox",
    "https://",
    "https://alice:secret@example.org/",
    "sms:+15551234567",
    "x:",
  ])("is refused when it is relative, empty, carries a password or has a bare form: %j", (text) => {
    expect(parse(text)).toBe("unsupported-fallback");
  });

  test("is refused beyond the limit", () => {
    expect(parse(`matrix:${"a".repeat(MAX_CONTACT_BYTES)}`)).toBe("unsupported-fallback");
  });
});

test("a contact is refused when no channel reaches its kind", () => {
  expect(parse("+15551234567", ["email"])).toBe("unsupported-fallback");
  expect(parse("alice@example.com", [])).toBe("unsupported-fallback");
});

test("addresses that differ only in case compare alike, other kinds exactly", () => {
  expect(contactKey({ kind: "email", address: "Alice@example.com" })).toBe("email:alice@example.com");
  expect(contactKey({ kind: "uri", address: "matrix:u/Alice:example.org" })).toBe(
    "uri:matrix:u/Alice:example.org",
  );
});

test("a letter that only looks like ASCII compares with it solely where Unicode says it is the same", () => {
  const kelvin = parse("\u212aate@example.com");
  expect(kelvin).toEqual({ kind: "email", address: "Kate@example.com" });
  const dotless = parse("m\u0131ke@example.com");
  if (typeof dotless === "string") throw new Error("expected a contact");
  expect(contactKey(dotless)).not.toBe("email:mike@example.com");
});

test("a masked contact shows its owner what it is", () => {
  expect(maskContact({ kind: "email", address: "alice@example.com" })).toBe("a•••@example.com");
  expect(maskContact({ kind: "email", address: "😀x@example.com" })).toBe("😀•••@example.com");
  expect(maskContact({ kind: "phone", address: "+15551234567" })).toBe("+•••67");
  expect(maskContact({ kind: "uri", address: "matrix:u/alice:example.org" })).toBe("matrix:•••");
});

test("whatever is accepted is one line, within the limit, and reads again as itself", () => {
  const likely = fc
    .tuple(fc.string({ unit: "grapheme" }), fc.constantFrom("@example.com", "@", ":", "+1"), fc.string())
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(likely, fc.emailAddress(), fc.webUrl(), fc.string({ unit: "binary" })), (text) => {
      const contact = parse(text);
      if (contact === "unsupported-fallback") return;
      expect(contact.address).not.toMatch(/[\p{C}\p{Z}]/u);
      expect(new TextEncoder().encode(contact.address).length).toBeLessThanOrEqual(MAX_CONTACT_BYTES);
      expect(parse(contact.address)).toEqual(contact);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["", "the contact is empty"],
  ["\u200b\ufeff", "the contact is empty"],
  ["alice", "a contact is an e-mail address, a phone number that begins with +, or a URI"],
  ["alice smith@example.com", "the contact has a space in it, or a character that nobody sees"],
  ["al\u200bice@example.com", "the contact has a space in it, or a character that nobody sees"],
  [".alice@example.com", "what stands before the @ is not what an e-mail address has there"],
  ["alice@localhost", "what stands after the @ is no domain"],
  ["+1 555 123 4567 ext 5", "a phone number has digits, spaces, hyphens, dots, slashes and brackets only"],
  ["+1555", "a phone number begins with + and the country's code, and has as many digits as there"],
  ["tel:+15551234567", "leave out tel: before the contact"],
  ["https://a:b@example.org/", "a URI with a password is no contact"],
  [
    `${"a".repeat(64)}@${"d".repeat(61)}.${"e".repeat(63)}.${"f".repeat(63)}.org`,
    "a contact has 254 bytes at most",
  ],
])("%j is refused with what is wrong", (text, why) => {
  expect(() => parseContact(text, CONTACT_KINDS)).toThrow(new ContactError(why));
});

test("a contact of a kind that no channel reaches is refused with those that are", () => {
  const why = "this server takes email and uri only, not phone";
  expect(() => parseContact("+15551234567", ["email", "uri"])).toThrow(new ContactError(why));
  expect(() => parseContact("alice@example.com", [])).toThrow("this server takes no contacts, not email");
});
