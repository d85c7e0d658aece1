/** The files of test vectors have the shapes that test-vectors/schema.json tells other implementations. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../test-vectors");
const SCHEMA = "schema.json";

function read(name: string): Readonly<Record<string, unknown>> & { readonly vectors?: readonly object[] } {
  return JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
}

const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && name !== SCHEMA);
const ajv = new Ajv2020({ allErrors: true }).addSchema(read(SCHEMA), SCHEMA);

test.each(names)("%s has the shape that is told of it", (name) => {
  const validate = ajv.compile({ $ref: `${SCHEMA}#/$defs/${name}` });
  validate(read(name));
  expect(validate.errors ?? []).toEqual([]);
  expect(ajv.validate(SCHEMA, read(name))).toBe(true);
});

test.each(names)("%s names each of its vectors once", (name) => {
  const lists = Object.values(read(name)).filter((value) => Array.isArray(value));
  for (const list of lists) {
    const found = list.map((vector: { name: string }) => vector.name);
    expect(new Set(found).size).toBe(found.length);
  }
});

test("a field that nobody was told of, or of another shape, is noticed", () => {
  const validate = ajv.compile({ $ref: `${SCHEMA}#/$defs/requests.json` });
  const file = read("requests.json");
  const [vector] = file.vectors ?? [];
  const withVector = (change: object) => ({ ...file, vectors: [{ ...vector, ...change }] });
  expect(validate(withVector({}))).toBe(true);
  expect(validate(withVector({ surprise: true }))).toBe(false);
  expect(validate(withVector({ cborHex: "D8C8" }))).toBe(false);
});
