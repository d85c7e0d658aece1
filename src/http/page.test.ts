import { afterAll, describe, expect, test } from "vitest";
import { createTestService, openTestDatabase } from "../../test/kit/service.ts";
import type { PageSource } from "./page.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

const database = await openTestDatabase();
afterAll(() => database.close());

const files: Readonly<Record<string, string>> = {
  "index.en.html": "<h1>page</h1>",
  "index.de.html": "<h1>Seite</h1>",
  "page/page.js": "start()",
};
const { app } = await createTestService(database.sql, {
  http: {
    page: async (path) => (files[path] === undefined ? undefined : new TextEncoder().encode(files[path])),
  },
});

test.each([
  [BROWSER, "text/html; charset=utf-8"],
  ["*/*", "text/plain; charset=utf-8"],
  ["text/plain", "text/plain; charset=utf-8"],
  ["application/cbor", "application/cbor"],
  ["application/cbor, text/html", "application/cbor"],
])("GET / for Accept %s is %s", async (accept, type) => {
  const { headers } = await app.request("/", { headers: { accept } });
  expect(headers.get("content-type")).toBe(type);
  expect(headers.get("vary")).toContain("Accept");
});

test.each([
  ["", undefined, "page"],
  ["", "de-CH,de;q=0.9,en;q=0.8", "Seite"],
  ["", "nl, de;q=0.5, en;q=0.4", "Seite"],
  ["", "nl", "page"],
  ["", "de;q=0, en", "page"],
  ["?lang=de", "en", "Seite"],
  ["?lang=../page", "en", "page"],
])("GET /%s for Accept-Language %s is %s", async (query, language, text) => {
  const headers = { accept: BROWSER, ...(language && { "accept-language": language }) };
  const response = await app.request(`/${query}`, { headers });
  expect(await response.text()).toBe(`<h1>${text}</h1>`);
  expect(response.headers.get("vary")).toContain("Accept-Language");
});

test("without an Accept it is the document as text", async () => {
  expect(await (await app.request("/")).text()).toMatch(/^ur:xid\//);
});

test("the page runs nothing but its own scripts, loads nothing from elsewhere, and can't be framed", async () => {
  const { headers } = await app.request("/", { headers: { accept: BROWSER } });
  const policy = headers.get("content-security-policy")?.split("; ");
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
    ]),
  );
  expect(policy?.join()).not.toContain("unsafe");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("its files have their types, and there are no others", async () => {
  const script = await app.request("/page/page.js");
  expect([script.headers.get("content-type"), await script.text()]).toEqual([
    "text/javascript; charset=utf-8",
    "start()",
  ]);
  for (const path of [
    "/index.en.html",
    "/page/index.en.html",
    "/page/..%2findex.html",
    "/wallet-demo",
    "/page/",
  ]) {
    expect((await app.request(path)).status, path).toBe(404);
  }
});

test("a server without a page gives browsers the document as text", async () => {
  const bare = await createTestService(database.sql);
  const answer = await bare.app.request("/", { headers: { accept: BROWSER } });
  expect(await answer.text()).toMatch(/^ur:xid\//);
  expect((await bare.app.request("/page/page.js")).status).toBe(404);
});

describe("the recovery page", () => {
  const source: PageSource = async (path) =>
    ["recover.en.html", "recover.de.html", "page/recover.js"].includes(path)
      ? new TextEncoder().encode(path)
      : undefined;
  const serverWith = async (recoveryPage: boolean) =>
    (await createTestService(database.sql, { http: { page: source, recoveryPage } })).app;

  test("is not there unless the operator wants it, and neither are its files", async () => {
    const app = await serverWith(false);
    for (const path of ["/recover", "/page/recover.js"]) {
      const answer = await app.request(path, { headers: { accept: BROWSER } });
      expect([answer.status, await answer.text()], path).toEqual([404, "not found"]);
    }
  });

  test("alone may connect to other servers, and runs no script but its own", async () => {
    const app = await serverWith(true);
    const { headers } = await app.request("/recover", { headers: { accept: BROWSER } });
    const policy = headers.get("content-security-policy")?.split("; ");
    expect(policy).toEqual(
      expect.arrayContaining(["connect-src https: http:", "script-src 'self'", "default-src 'none'"]),
    );
    const script = await app.request("/page/recover.js");
    expect(script.headers.get("content-security-policy")).toContain("connect-src 'self'");
  });

  test("comes in the language that the browser prefers", async () => {
    const app = await serverWith(true);
    const answer = await app.request("/recover", { headers: { "accept-language": "de-CH" } });
    expect(await answer.text()).toBe("recover.de.html");
    expect(answer.headers.get("vary")).toContain("Accept-Language");
  });
});
