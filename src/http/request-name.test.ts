/** Every answer names its request, each by another name, and the log by the same. */
import { PrivateKeys } from "@bc/envelope";
import { afterAll, expect, test } from "vitest";
import { createTestService, openTestDatabase } from "../../test/kit/service.ts";

const database = await openTestDatabase();
const service = await createTestService(database.sql);
afterAll(() => database.close());

const NAME = /^[0-9a-f]{16}$/;

function linesOf(request: string | null): readonly Readonly<Record<string, unknown>>[] {
  return service.log.map((line) => JSON.parse(line)).filter((line) => line.request === request);
}

test("every path's answer has a name of its own, which web pages may read", async () => {
  const posts = [{ method: "POST", body: "no envelope" }, { method: "POST" }];
  const paths = ["/", "/info", "/health", "/ready", "/verify?token=x", "/nowhere"];
  const answers = await Promise.all([
    ...posts.map((post) => service.app.request("/", post)),
    ...paths.map((path) => service.app.request(path)),
  ]);
  const names = answers.map(({ headers }) => headers.get("x-request-id"));
  for (const name of names) expect(name).toMatch(NAME);
  expect(new Set(names).size).toBe(names.length);
  for (const { headers } of answers)
    expect(headers.get("access-control-expose-headers")).toContain("X-Request-Id");
});

test("the log tells at its lowest level what became of a request, and nothing of who sent it", async () => {
  let request: string | null = null;
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  await client.storeShare(new Uint8Array(10));
  const refused = await service.app.request("/", { method: "POST", body: "no envelope" });
  request = refused.headers.get("x-request-id");
  expect(linesOf(request)).toEqual([
    { level: 20, time: expect.any(Number), request, refused: "malformed", status: 400, msg: "answered" },
  ]);
  const stored = service.log.map((line) => JSON.parse(line)).find((line) => line.function === "storeShare");
  expect(stored).toEqual({
    level: 20,
    time: expect.any(Number),
    request: expect.stringMatching(NAME),
    function: "storeShare",
    status: 200,
    msg: "answered",
  });
});
