/** The rooms of the house and the doors between them: who may import whom, and what shared rooms do without. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "..");

/** Each room with the rooms it may import. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  keys: [],
  envelope: ["keys"],
  wire: ["envelope", "keys"],
  store: [],
  fallback: [],
  service: ["wire", "envelope", "keys", "store", "fallback"],
  http: ["service"],
  client: ["wire", "envelope", "keys"],
  cli: ["client", "wire", "envelope", "keys"],
  page: ["client", "wire", "envelope", "keys"],
};

/** Composition roots, which import any: the server on Node, the Worker, and the operator's command line. */
const ROOTS = /^([^/]+\.ts$|node\/|worker\/|cli\/server\b)/;

/** Where the platform is Node, and only there. */
const NODE_ONLY = [
  /^cli\//,
  /^testing\//,
  /\/drivers\//,
  /\/testing\//,
  /^keys\/(curves|aes-gcm|sha256|chacha20-poly1305)\/(node|openssl|installed|recent)\.ts$/,
  /^node\.ts$/,
  /^node\//,
  /^worker\/dev\.ts$/,
  /^page\/build\.ts$/,
  /\.test\.ts$/,
];

const files = globSync("**/*.ts", { cwd: SOURCE }).map((path) => ({
  path,
  room: path.includes("/") ? (path.split("/")[0] ?? "") : "",
  text: readFileSync(join(SOURCE, path), "utf8"),
}));
const shared = files.filter(({ path }) => !path.endsWith(".test.ts") && !path.startsWith("testing/"));

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g)].map(
    ([, fixed, dynamic]) => fixed ?? dynamic ?? "",
  );
}

/** The room that an import leads to, or nothing for a package. */
function roomBehind(path: string, specifier: string): string | undefined {
  if (["#bc/keys", "#curves", "#aes-gcm", "#sha256", "#chacha20-poly1305"].includes(specifier)) return "keys";
  if (specifier === "#bc/envelope") return "envelope";
  if (!specifier.startsWith(".") || specifier.endsWith(".json")) return undefined;
  const target = relative(SOURCE, join(SOURCE, dirname(path), specifier));
  return target.includes("/") ? target.split("/")[0] : "";
}

test("every room imports only from the rooms it may", () => {
  const trespasses = shared.flatMap(({ path, room, text }) => {
    if (ROOTS.test(path)) return [];
    const allowed = [room, ...(DOORS[room] ?? [])];
    return importsOf(text)
      .map((specifier) => roomBehind(path, specifier))
      .filter((target) => target !== undefined && !allowed.includes(target))
      .map((target) => `${path} imports ${target || "a root"}`);
  });
  expect(trespasses).toEqual([]);
});

test("keys and envelope are entered through their front doors", () => {
  const trespasses = shared.flatMap(({ path, room, text }) => {
    return importsOf(text)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => roomBehind(path, specifier))
      .filter((target) => target !== room && (target === "keys" || target === "envelope"))
      .map((target) => `${path} reaches into ${target}`);
  });
  expect(trespasses).toEqual([]);
});

test("node: modules stay in roots, command lines and drivers", () => {
  const trespasses = shared
    .filter(({ path }) => !NODE_ONLY.some((allowed) => allowed.test(path)))
    .filter(({ text }) => importsOf(text).some((specifier) => specifier.startsWith("node:")));
  expect(trespasses.map(({ path }) => path)).toEqual([]);
});

test("shared rooms are given the clock and take randomness from the platform's CSPRNG only", () => {
  const rooms = ["keys", "envelope", "wire", "store", "fallback", "service", "http", "client"];
  const trespasses = shared
    .filter(({ room }) => rooms.includes(room))
    .filter(({ text }) => /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/.test(text));
  expect(trespasses.map(({ path }) => path)).toEqual([]);
});

test("files stay small enough to be read at a sitting", () => {
  const long = shared.filter(({ text }) => text.split("\n").length > 500);
  expect(long.map(({ path }) => path)).toEqual([]);
});
