import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { confirm } from "./confirm.ts";

function terminal(typed: string, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  input.end(typed);
  return { input, output };
}

test.each(["yes\n", "  YES \n", "yes"])("goes on after %j", async (typed) => {
  const at = terminal(typed);
  await confirm("This deletes all.", {}, at);
  at.output.end();
  expect(await text(at.output)).toBe("This deletes all.\nType yes to go on: ");
});

test.each(["y\n", "no\n", "\n", "", "yes please\n"])("does nothing after %j", async (typed) => {
  await expect(confirm("This deletes all.", {}, terminal(typed))).rejects.toMatchObject({
    code: "usage",
    message: "nothing was done",
  });
});

test("does not ask who says --yes, and asks nobody without a terminal", async () => {
  await confirm("This deletes all.", { yes: true }, terminal("no\n", false));
  await expect(confirm("This deletes all.", {}, terminal("yes\n", false))).rejects.toMatchObject({
    code: "usage",
  });
});
