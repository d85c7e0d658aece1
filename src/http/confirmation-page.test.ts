/** The confirmation page, opened by the links in real messages: what it shows, what it does, what it must not do. */

import { PrivateKeys, shortIdentifier } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { afterAll, describe, expect, test } from "vitest";
import { deliverNow, tokenIn } from "../../test/kit/inbox.ts";
import { pressing } from "../../test/kit/outcome.ts";
import { NOW } from "../../test/kit/people.ts";
import { traceOf } from "../../test/kit/secrets.ts";
import { createTestService, openTestDatabase } from "../../test/kit/service.ts";
import type { Message } from "../fallback/message.ts";
import { type Sql, StoreError } from "../store/sql.ts";

const FORM = "application/x-www-form-urlencoded";
const LIFETIME = 30 * 60_000;
const share = new TextEncoder().encode("a share");

const database = await openTestDatabase();
const service = await createTestService(database.sql);
afterAll(() => database.close());

let contacts = 0;
function newContact(): string {
  contacts += 1;
  return `person-${contacts}@example.com`;
}

/** An account that has set a fallback, and the message that asks the contact to confirm. */
async function asked({ contact = newContact() } = {}) {
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  await client.storeShare(share);
  await client.call("updateFallback", { fallback: contact });
  const message = await deliverNow(service, contact);
  return { client, contact, message, token: tokenIn(message) };
}

/** The same with the contact validated, and a new key that asks for the account. */
async function askedForTransfer() {
  const owner = await asked();
  await press(owner.token);
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  await client.call("fallbackTransfer", { fallback: owner.contact });
  const message = await deliverNow(service, owner.contact);
  return { owner: owner.client, contact: owner.contact, client, message, token: tokenIn(message) };
}

async function open(token: string, method = "GET") {
  return service.app.request(`/verify?token=${encodeURIComponent(token)}`, { method });
}

async function post(body: RequestInit["body"], headers: Record<string, string> = { "content-type": FORM }) {
  const init = { method: "POST", body: body ?? null, headers, duplex: "half" };
  return service.app.request(new Request("http://server.test/verify", init as RequestInit));
}

/** Sends what a browser sends when somebody presses the button. */
async function press(token: string) {
  const body = new URLSearchParams({ token }).toString();
  return post(body, { "content-type": FORM, "content-length": String(body.length) });
}

async function isValidated(client: Client): Promise<boolean | undefined> {
  return (await client.call("retrieveFallback", {}))?.validated;
}

describe("the page of a link", () => {
  test("says which account and which contact it is about, and names neither in full", async () => {
    const { client, contact, token } = await asked();
    const page = await (await open(token)).text();
    expect(page).toContain(shortIdentifier(client.identity.xid.data));
    expect(page).toContain("p•••@example.com");
    expect(page).not.toContain(contact);
    expect(page).not.toContain(client.identity.xid.hex());
    expect(page).toContain("Use this contact for your shares?");
  });

  test("of a transfer says what is lost by it, and which key gets it", async () => {
    const { owner, client, token } = await askedForTransfer();
    const page = await (await open(token)).text();
    expect(page).toContain(shortIdentifier(owner.identity.xid.data));
    expect(page).toContain("Move your shares to a new key?");
    expect(page).toContain("The present key no longer can.");
    expect(page).toContain(
      `The new key is <strong>${shortIdentifier(client.identity.publicKeys.xid().data)}</strong>`,
    );
  });

  test("works without scripts: a form that posts the token to where the page came from", async () => {
    const { client, message, token } = await asked();
    const page = await (await open(token)).text();
    expect(page).not.toMatch(/<script|\son[a-z]+\s*=|javascript:/i);
    const [form = ""] = /<form.*<\/form>/s.exec(page) ?? [];
    const action = /action="([^"]+)"/.exec(form)?.[1] ?? "";
    const fields = [...form.matchAll(/<input type="hidden" name="(\w+)" value="(\w+)">/g)];
    expect(form).toMatch(/^<form method="post"/);
    expect(new URL(action, message.link)).toMatchObject({ pathname: "/verify", search: "" });
    const body = new URLSearchParams(
      fields.map(([, name = "", value = ""]): [string, string] => [name, value]),
    ).toString();
    expect(body).toBe(`token=${token}`);
    expect((await post(body, { "content-type": FORM, "content-length": String(body.length) })).status).toBe(
      200,
    );
    expect(await isValidated(client)).toBe(true);
  });

  test("works where the server is reached under a path", async () => {
    const { token } = await asked();
    const page = await (await open(token)).text();
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? "";
    const link = "https://example.com/shares/verify?token=x";
    expect(new URL(action, link).href).toBe("https://example.com/shares/verify");
  });

  test.each(["GET", "HEAD"])("changes nothing however often it is asked for with %s", async (method) => {
    const { client, token } = await asked();
    for (let i = 0; i < 3; i++) expect((await open(token, method)).status).toBe(200);
    expect(await isValidated(client)).toBe(false);
    expect((await press(token)).status).toBe(200);
    expect(await isValidated(client)).toBe(true);
  });

  test("takes a token as people copy it: in any case, with spaces and dashes", async () => {
    const { client, token } = await asked();
    const copied = ` ${token.toLowerCase().slice(0, 16)}-${token.slice(16)} `;
    expect((await open(copied)).status).toBe(200);
    expect((await press(copied)).status).toBe(200);
    expect(await isValidated(client)).toBe(true);
  });
});

test.each([
  ["de-AT,de;q=0.9,en;q=0.8", "de", "Diesen Kontakt für Ihre Shares verwenden?"],
  ["ja", "ja", "この連絡先をシェアのために使いますか？"],
  ["nl", "en", "Use this contact for your shares?"],
])("who prefers %s gets the page in %s", async (preferred, language, title) => {
  const { client, token } = await asked();
  const headers = { "accept-language": preferred };
  const response = await service.app.request(`/verify?token=${token}`, { headers });
  const page = await response.text();
  expect(page).toContain(`<html lang="${language}">`);
  expect(titleOf(page)).toBe(title);
  expect(page).toContain(`<strong>${shortIdentifier(client.identity.xid.data)}</strong>`);
});

test("each state has a title of its own, which is its heading too", async () => {
  const { token } = await asked();
  const pages = [await open(token), await press(token), await open(token), await open("0".repeat(32))];
  const titles = await Promise.all(pages.map(async (page) => titleOf(await page.text())));
  expect(new Set(titles).size).toBe(4);
});

function titleOf(page: string): string {
  const title = /<title>(.*)<\/title>/.exec(page)?.[1] ?? "";
  expect(page).toContain(`<h1>${title}</h1>`);
  return title;
}

describe("every answer", () => {
  const answers = [
    ["a challenge", async () => open((await asked()).token)],
    ["a confirmation", async () => press((await asked()).token)],
    ["an unknown link", async () => open("0".repeat(32))],
    ["an unknown token", async () => press("0".repeat(32))],
    ["a form that is too long", async () => press("0".repeat(2000))],
  ] as const;

  test.each(answers)(
    "is shown by itself only, kept by nobody, and told to nobody: %s",
    async (_name, answer) => {
      const { headers } = await answer();
      const policy = headers.get("content-security-policy") ?? "";
      const directives = new Map(policy.split(";").map((it) => splitOnce(it.trim())));
      expect(directives.get("default-src")).toBe("'none'");
      expect(directives.get("frame-ancestors")).toBe("'none'");
      expect(directives.get("form-action")).toBe("'self'");
      expect(directives.get("base-uri")).toBe("'none'");
      expect(directives.has("script-src")).toBe(false);
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(headers.get("set-cookie")).toBeNull();
    },
  );

  test.each(answers)("loads nothing from anywhere: %s", async (_name, answer) => {
    const page = await (await answer()).text();
    expect(page).not.toMatch(/\b(?:src|href|srcset|poster|data)\s*=|@import|url\(|https?:|\/\//i);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  });
});

function splitOnce(directive: string): [string, string] {
  const space = directive.indexOf(" ");
  return space < 0 ? [directive, ""] : [directive.slice(0, space), directive.slice(space + 1)];
}

describe("what strangers write is shown as text", () => {
  test.each([
    ["&lt@example.com", "&amp;•••@example.com"],
    ["'onload@example.com", "&#39;•••@example.com"],
    ["javascript:alert(1)", "javascript:•••"],
    ["matrix:u/<script>alert(1)</script>:example.org", "matrix:•••"],
  ])("the contact %j", async (contact, shown) => {
    const client = service.client({ keys: PrivateKeys.generate("ed25519") });
    await client.storeShare(share);
    await client.call("updateFallback", { fallback: contact });
    const stored = await client.call("retrieveFallback", {});
    const page = await (await open(tokenIn(await deliverNow(service, stored?.contact ?? "")))).text();
    expect(page).toContain(`contact <strong>${shown}</strong>`);
    expect(page).not.toMatch(/<script|alert/);
  });

  test.each(['"><script>alert(1)</script>', "</title><img src=x>", "%00", "\u{1f600}"])(
    "the token %j",
    async (token) => {
      for (const response of [await open(token), await press(token)]) {
        expect([404, 409]).toContain(response.status);
        expect(await response.text()).not.toMatch(/alert|<img/);
      }
    },
  );
});

describe("a link that is no good", () => {
  test("says so, the same whether it was never given out or is no token at all", async () => {
    const pages = [];
    for (const token of ["0".repeat(32), "", "short", "U".repeat(32)]) {
      const [opened, pressed] = [await open(token), await press(token)];
      expect([opened.status, pressed.status]).toEqual([404, 409]);
      pages.push(await opened.text(), await pressed.text());
    }
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toContain("Nothing to confirm");
    expect((await service.app.request("/verify")).status).toBe(404);
  });

  test("because it is too old confirms nothing", async () => {
    const { client, token } = await asked();
    service.clock.now = new Date(NOW.getTime() + LIFETIME);
    try {
      const opened = await open(token);
      expect([opened.status, await opened.text()]).toEqual([200, expect.stringContaining("has run out")]);
      expect((await press(token)).status).toBe(409);
    } finally {
      service.clock.now = NOW;
    }
    expect(await isValidated(client)).toBe(false);
  });

  test("because a newer one replaced it confirms nothing", async () => {
    const { client, contact, token } = await asked();
    await client.call("updateFallback", { fallback: contact });
    const pressed = await press(token);
    expect([pressed.status, await pressed.text()]).toEqual([
      409,
      expect.stringContaining("a newer one has replaced it"),
    ]);
    expect(await isValidated(client)).toBe(false);
    expect((await press(tokenIn(await deliverNow(service, contact)))).status).toBe(200);
  });

  test("because it was used may be pressed again, which does nothing more", async () => {
    const { client, token } = await asked();
    for (let i = 0; i < 2; i++) expect((await press(token)).status).toBe(200);
    expect(await (await open(token)).text()).toContain("there is nothing more to do");
    await client.call("updateFallback", { fallback: null });
    await press(token);
    expect(await client.call("retrieveFallback", {})).toBeNull();
  });

  test("because its account is gone says so too, used before or not", async () => {
    const [used, unused] = [await asked(), await asked()];
    await press(used.token);
    for (const { client, token } of [used, unused]) {
      await client.call("deleteAccount", {});
      expect([(await open(token)).status, (await press(token)).status]).toEqual([404, 409]);
    }
  });

  test("because another account was faster says that", async () => {
    const first = await asked();
    const second = await asked({ contact: first.contact });
    await press(first.token);
    const response = await press(second.token);
    expect(response.status).toBe(409);
    expect(await response.text()).toContain("Another account has confirmed this contact already.");
    expect(await isValidated(second.client)).toBe(false);
  });
});

describe("a form", () => {
  test("without a length, as when it comes in chunks, is read as far as it may be long", async () => {
    const { client, token } = await asked();
    expect((await post(streamOf(`token=${token}`))).status).toBe(200);
    expect(await isValidated(client)).toBe(true);
  });

  test.each(["-1", "1e9", "NaN", "", "0x10"])(
    "with the length %j is not read beyond its limit",
    async (length) => {
      const { client, token } = await asked();
      const endless = `token=${token}&filling=${"x".repeat(100_000)}`;
      const response = await post(streamOf(endless), { "content-type": FORM, "content-length": length });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(await isValidated(client)).toBe(false);
    },
  );

  test.each([
    ["another type", (token: string) => JSON.stringify({ token }), "application/json"],
    ["a broken multipart", () => "--x\r\n", "multipart/form-data; boundary=x"],
    ["no token", () => "other=1", FORM],
    ["a file for a token", (token: string) => fileForm(token), "multipart/form-data; boundary=x"],
    ["nothing at all", () => "", FORM],
  ])("with %s confirms nothing, and is no error of the server's", async (_name, write, type) => {
    const { client, token } = await asked();
    const body = write(token);
    const headers = { "content-type": type, "content-length": String(body.length) };
    const response = await post(body, headers);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await isValidated(client)).toBe(false);
  });

  test("that is too long is refused", async () => {
    expect((await press("0".repeat(2000))).status).toBe(413);
  });
});

function fileForm(token: string): string {
  const part = `content-disposition: form-data; name="token"; filename="token"\r\n\r\n${token}`;
  return `--x\r\n${part}\r\n--x--\r\n`;
}

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let i = 0; i < text.length; i += 512) {
        controller.enqueue(new TextEncoder().encode(text.slice(i, i + 512)));
      }
      controller.close();
    },
  });
}

test("while the database is away it says so, and the link works afterwards", async () => {
  let isAway = true;
  const sql: Sql = async (text, params) => {
    if (isAway) throw new StoreError("unavailable", "connection lost");
    return database.sql<never>(text, params);
  };
  const { token, client } = await asked();
  const unsteady = await createTestService(sql);
  for (const ask of [
    () => unsteady.app.request(`/verify?token=${token}`),
    () => unsteady.app.request("/verify", pressing(token)),
  ]) {
    isAway = true;
    const away = await ask();
    expect([away.status, away.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await away.text()).toContain("<h1>Not now</h1>");
    isAway = false;
    expect((await ask()).status).toBe(200);
  }
  expect(await isValidated(client)).toBe(true);
});

test("neither token nor code nor contact gets into the log, whatever happens", async () => {
  const { contact, message, token } = await asked();
  await open(token);
  await press(`${token}0`);
  await press(token);
  await press(token);
  const log = service.log.join("");
  expect(log).toContain("message sent");
  for (const secret of [token, codeOf(message), contact]) {
    expect(traceOf(new TextEncoder().encode(secret), log)).toBeUndefined();
  }
});

function codeOf({ code }: Message): string {
  return code ?? "";
}
