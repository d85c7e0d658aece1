import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { askSecretly } from "./passphrase.ts";

/** A terminal that says whether it shows what is typed. */
function terminal() {
  let isRaw = false;
  const input = Object.assign(new PassThrough(), {
    setRawMode: (raw: boolean) => {
      isRaw = raw;
    },
  });
  return { input, output: new PassThrough(), shows: () => !isRaw };
}

test.each([
  ["geheim\r", "geheim"],
  ["gehx\u007feim\n", "geheim"],
  ["\u007f\bgeheim\u0004", "geheim"],
  ["correct horse \u{1f40e}\r", "correct horse \u{1f40e}"],
  ["\r", ""],
])("reads %j as %j, and shows none of it", async (typed, expected) => {
  const at = terminal();
  const asked = askSecretly("Passphrase: ", at);
  expect(at.shows()).toBe(false);
  for (const character of typed) at.input.write(character);
  expect(await asked).toBe(expected);
  expect(at.shows()).toBe(true);
  at.output.end();
  expect(await text(at.output)).toBe("Passphrase: \n");
});

test("what is typed ahead is for the next question", async () => {
  const at = terminal();
  at.input.write("one\rtwo\r");
  expect(await askSecretly("First: ", at)).toBe("one");
  expect(await askSecretly("Second: ", at)).toBe("two");
});

test("Ctrl-C ends it, and the terminal shows again what is typed", async () => {
  const at = terminal();
  const asked = askSecretly("Passphrase: ", at);
  at.input.write("gehe\u0003");
  await expect(asked).rejects.toMatchObject({ code: "usage", message: "nothing was done" });
  expect(at.shows()).toBe(true);
});
