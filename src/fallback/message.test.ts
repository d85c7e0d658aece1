import { describe, expect, test } from "vitest";
import type { Contact } from "./contact.ts";
import { composeMessage, type MessageContent } from "./message.ts";

const TO: Contact = { kind: "email", address: "alice@example.com" };
const SENDER = { publicUrl: "https://shares.example.com", account: "3f2a9b10" };
const CHALLENGE = { token: "0123456789ABCDEFGHJKMNPQRSTVWXYZ", code: "0A1B-2C1Z" };
const LINK = "https://shares.example.com/verify?token=0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const challenges = (["validation", "transfer"] as const).map(
  (topic): MessageContent => ({ topic, secrets: CHALLENGE, lifetime: 1800 }),
);
const notices = (
  ["key-changed", "transfer-confirmed", "contact-replaced", "contact-removed", "account-deleted"] as const
).map((topic): MessageContent => ({ topic, times: 1, since: new Date("2026-11-22T10:00:00Z") }));

const compose = (content: MessageContent, sender = SENDER) => composeMessage("m-1", TO, content, sender);

describe.each(challenges)("a challenge for a $topic", (content) => {
  test("gives the code and the link in the text and in the HTML, and says how long they last", () => {
    const { text, html, code, link } = compose(content);
    expect(code).toBe("0A1B-2C1Z");
    expect(link).toBe(LINK);
    for (const part of [text, html]) {
      expect(part).toContain("0A1B-2C1Z");
      expect(part).toContain(LINK);
      expect(part).toContain("30 minutes");
    }
  });

  test("gives a phone the code, not the link", () => {
    const { short } = compose(content);
    expect(short).toContain("0A1B-2C1Z");
    expect(short).not.toContain("token");
  });

  test("shows neither code nor token in the subject, which screens show while locked", () => {
    expect(compose(content).subject).not.toMatch(/0A1B|0123/);
  });
});

test("a challenge says what will happen, and that nothing happens by itself", () => {
  const [validation, transfer] = challenges.map((content) => compose(content).text);
  expect(validation).toContain("do nothing");
  expect(transfer).toContain("only the new key can read the shares");
  expect(transfer).toContain("nothing changes");
});

test.each(notices)("a notice ($topic) holds no secret", (content) => {
  const message = compose(content);
  expect(message).not.toHaveProperty("code");
  expect(message).not.toHaveProperty("link");
  expect(message.text).not.toContain("/verify");
});

test.each(notices)(
  "a notice ($topic) that stands for several tells their number, in the short line too",
  (content) => {
    const [one, several] = [compose(content), compose({ ...content, times: 597 } as MessageContent)];
    expect(several.text).toContain("597 times since Sun, 22 Nov 2026 10:00:00 GMT");
    expect(several.short).toContain("(597 times)");
    for (const part of [one.text, one.html, one.short]) expect(part).not.toContain("times");
  },
);

describe.each([...challenges, ...notices])("every message ($topic)", (content) => {
  test("names the account and the server, and is addressed", () => {
    const message = compose(content);
    expect(message).toMatchObject({ id: "m-1", to: TO, topic: content.topic });
    for (const part of [message.text, message.html, message.short]) {
      expect(part).toContain("3f2a9b10");
      expect(part).toContain("shares.example.com");
    }
  });

  test("says the same in text and in HTML", () => {
    const { text, html } = compose(content);
    const body = html.slice(html.indexOf("<body"));
    const words = (part: string) => part.split(/\s+/).filter(Boolean);
    expect(words(body.replace(/<[^>]+>/g, " "))).toEqual(words(text));
  });

  test("fits into one SMS of plain characters", () => {
    const { short } = compose(content);
    expect(short.length).toBeLessThanOrEqual(160);
    expect(short).toMatch(/^[A-Za-z0-9 .,:?'-]+$/);
  });

  test("loads nothing, runs nothing, and has a subject of one line", () => {
    const { html, subject } = compose(content);
    expect(html).not.toMatch(/<(?:img|script|link|style|iframe|form)|src=|url\(|@import/i);
    expect(subject).toMatch(/^[\x20-\x7e]{10,60}$/);
  });

  test("fits a phone's width: it asks for that, and its links break anywhere", () => {
    const { html } = compose(content);
    expect(html).toContain('name="viewport" content="width=device-width');
    expect(html.match(/<p style="overflow-wrap:anywhere[^>]*><a /g) ?? []).toHaveLength(
      html.split("<a ").length - 1,
    );
  });

  test("escapes what it is given", () => {
    const { html } = compose(content, { ...SENDER, account: `<b onclick="x('&')">` });
    expect(html).toContain("&lt;b onclick=&quot;x(&#39;&amp;&#39;)&quot;&gt;");
    expect(html).not.toContain("<b onclick");
  });
});

test.each([
  ["https://example.com/shares", "https://example.com/shares/verify?token="],
  ["https://example.com/shares/", "https://example.com/shares/verify?token="],
  ["http://127.0.0.1:5332", "http://127.0.0.1:5332/verify?token="],
])("the link stands under the public URL: %s", (publicUrl, expected) => {
  const [content] = challenges;
  if (content === undefined) throw new Error("no challenge");
  expect(compose(content, { ...SENDER, publicUrl }).link).toBe(expected + CHALLENGE.token);
});
