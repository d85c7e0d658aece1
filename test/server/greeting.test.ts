/** What a server says first: to people at a terminal two lines, to everything else JSON. */
import { expect, test } from "vitest";
import { startServer } from "../kit/spawn-server.ts";

/** Makes a process take its stdout for a terminal. */
const TERMINAL = "--import=data:text/javascript,process.stdout.isTTY=true";

test("at a terminal it greets in two lines, and stays readable", async () => {
  await using server = await startServer({ NODE_OPTIONS: TERMINAL });
  const [first, second, ...more] = server.log().split("\n");
  expect(first).toContain(
    `${server.url()} (a browser shows the exchange page there), data in ${server.folder}`,
  );
  expect(second).toBe("Messages with codes for contacts appear here; Ctrl-C stops the server");
  expect(more).toEqual([""]);
  await server.kill("SIGINT");
  expect(server.log()).toMatch(/\n\d\d:\d\d:\d\d stopped\n$/);
});

test("elsewhere it writes lines of JSON", async () => {
  await using server = await startServer();
  await server.kill("SIGINT");
  const lines = server.log().trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["listening", "stopped"]);
});
