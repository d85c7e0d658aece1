import { expect, test } from "vitest";
import { type Channel, channelFor, reachableKinds } from "./channel.ts";
import { consoleChannel } from "./channels/console.ts";
import type { ContactKind } from "./contact.ts";
import { composeMessage } from "./message.ts";

const reaching = (...kinds: ContactKind[]): Channel => ({ kinds, send: async () => {} });

test("the first channel that reaches a kind carries it", () => {
  const [mail, gateway] = [reaching("email"), reaching("email", "phone")];
  expect(channelFor([mail, gateway], "email")).toBe(mail);
  expect(channelFor([mail, gateway], "phone")).toBe(gateway);
  expect(channelFor([mail, gateway], "uri")).toBeUndefined();
});

test("channels together reach each kind once", () => {
  expect(reachableKinds([reaching("phone", "email"), reaching("email")])).toEqual(["email", "phone"]);
  expect(reachableKinds([])).toEqual([]);
});

test("the console channel prints the whole message, code and link included", async () => {
  const printed: string[] = [];
  const channel = consoleChannel((text) => printed.push(text));
  const message = composeMessage(
    "m-1",
    { kind: "uri", address: "matrix:u/alice:example.org" },
    { topic: "validation", secrets: { token: "T".repeat(32), code: "0A1B-2C1Z" }, lifetime: 600 },
    { publicUrl: "http://127.0.0.1:5332", account: "3f2a9b10" },
  );
  await channel.send(message);
  expect(channel.kinds).toEqual(["email", "phone", "uri"]);
  expect(printed).toEqual([`To: matrix:u/alice:example.org\nSubject: ${message.subject}\n\n${message.text}`]);
});
