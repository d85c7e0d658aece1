import { expect, test } from "vitest";
import { readConfig } from "../server/config.ts";
import { greeting, type Listening, openLog, readableLine } from "./log.ts";

const LISTENING: Listening = { url: "http://127.0.0.1:5332", xid: "00".repeat(32), data: "/shares/data" };

/** What a log writes to a terminal. */
function onTerminal(environment: Record<string, string> = {}) {
  const written: string[] = [];
  const output = { isTerminal: true, write: (text: string) => void written.push(text) };
  return { ...openLog(readConfig(environment), output), written };
}

test("people at a terminal are greeted in two lines", () => {
  const { announce, written } = onTerminal();
  announce(LISTENING);
  expect(written).toEqual([greeting(LISTENING, {})]);
  const [first, second, ...more] = written.join("").split("\n");
  expect(first).toMatch(/http:\/\/127\.0\.0\.1:5332.*page.*\/shares\/data/);
  expect(second).toMatch(/codes.*appear here.*Ctrl-C/);
  expect(more).toEqual([""]);
});

test("the greeting says where codes go", () => {
  const mail = { SMTP_URL: "smtp://user:secret@mail.example", MAIL_FROM: "shares@example.com" };
  expect(greeting(LISTENING, mail)).toContain("leave by e-mail;");
  const hook = { WEBHOOK_URL: "https://hook.example/secret" };
  expect(greeting(LISTENING, { ...mail, ...hook })).toContain("leave by e-mail and through the webhook;");
  expect(greeting(LISTENING, { ...mail, ...hook })).not.toContain("secret");
  expect(greeting(LISTENING, { NODE_ENV: "production" })).toContain("Fallbacks are not offered:");
  expect(greeting(LISTENING, { NODE_ENV: "production", ...mail })).toContain("leave by e-mail;");
});

test("nobody is greeted by a server that is to be quiet", () => {
  const { announce, written } = onTerminal({ LOG_LEVEL: "warn" });
  announce(LISTENING);
  expect(written).toEqual([]);
});

test("on a terminal the log is for reading", () => {
  const { log, written } = onTerminal();
  log.warn({ reason: "no database" }, "not ready");
  log.info({ requests: 3, transfers: 0 }, "pruned");
  log.error({ err: new TypeError("broken") }, "request failed");
  expect(written[0]).toMatch(/^\d\d:\d\d:\d\d warn: not ready, reason=no database\n$/);
  expect(written[1]).toMatch(/^\d\d:\d\d:\d\d pruned, requests=3, transfers=0\n$/);
  expect(written[2]).toMatch(/ error: request failed\nTypeError: broken\n {4}at /);
});

test("times are told as the log has them", () => {
  const line = JSON.stringify({ level: 30, time: "2026-11-28T22:45:03.123Z", msg: "stopped" });
  expect(readableLine(line)).toBe("22:45:03 stopped\n");
});
