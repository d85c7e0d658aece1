import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONTACT_KINDS, contactKey, MAX_CONTACT_BYTES, maskContact, parseContact } from "./contact.ts";

const parse = (text: string) => parseContact(text, CONTACT_KINDS);

describe("an e-mail address", () => {
  test.each([
    ["alice@example.com", "alice@example.com"],
    ["  Alice.B+shares@Example.COM\n", "Alice.B+shares@example.com"],
    ["+tag@example.com", "+tag@example.com"],
    ["o'neil@mail.example.co.uk", "o'neil@mail.example.co.uk"],
    ["alice@bücher.example", "alice@xn--bcher-kva.example"],
    ["alice@bu\u0308cher.example", "alice@xn--bcher-kva.example"],
    ["jose\u0301@example.com", "jos\u00e9@example.com"],
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
  expect(parseContact("+15551234567", ["email"])).toBe("unsupported-fallback");
  expect(parseContact("alice@example.com", [])).toBe("unsupported-fallback");
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
