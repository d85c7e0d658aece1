/** Which room or package the processor worked for: the samples of a V8 profile, summed up. */
import type { Profiler } from "node:inspector";

type Rule = readonly [row: string, files: RegExp];

/** The first rule that fits counts. Node's own functions count for the room or package that called them. */
const RULES: readonly Rule[] = [
  ["curves, key import", /envelope\/src\/keys\/(curves|signing|encapsulation)|secp256k1/],
  ["hashing, ChaCha, HKDF", /envelope\/src\/keys\/(sha256|chacha|digest|symmetric)|@noble/],
  ["keys, identifiers, sealed messages", /packages\/envelope\/src\/keys\//],
  ["envelopes: reading, digests, building", /packages\/envelope\//],
  ["dCBOR", /blockchaincommons\/dcbor/],
  ["URs", /blockchaincommons\/uniform-resources/],
  ["other packages of Blockchain Commons", /@blockchaincommons\//],
  ["requests and answers", /packages\/protocol\//],
  ["the service, encryption at rest", /src\/service\//],
  ["calls of the store", /src\/store\//],
  ["the Postgres client", /node_modules\/(pg|pg-[a-z]+|postgres-[a-z]+)\//],
  ["metrics", /prom-client|src\/http\/metrics/],
  ["Hono", /node_modules\/(@hono|hono)\//],
  ["HTTP: the exchange", /src\/(http|node|server)\//],
];
/** Code that only measures. */
const PROFILER = /bench\/profiler|node:inspector/;
const NODE_HTTP = "Node: HTTP, sockets, streams, event loop";
const NATIVE = "native, outside of JavaScript";
const COLLECTION = "garbage collection in the main thread";

/** Microseconds by row, without the idle time. */
export function attribute({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profiler.Profile): ReadonlyMap<string, number> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rowOf = (id: number): string | undefined => {
    const node = byId.get(id);
    const { functionName, url } = node?.callFrame ?? { functionName: "(root)", url: "" };
    if (functionName === "(idle)" || PROFILER.test(url)) return undefined;
    if (functionName === "(garbage collector)") return COLLECTION;
    if (functionName === "(program)") return NATIVE;
    const rule = RULES.find(([, files]) => files.test(url));
    if (rule !== undefined) return rule[0];
    const parent = parents.get(id);
    return parent === undefined ? NODE_HTTP : rowOf(parent);
  };
  const rows = new Map(nodes.map(({ id }) => [id, rowOf(id)]));
  const times = new Map<string, number>();
  samples.forEach((id, i) => {
    const row = rows.get(id);
    if (row !== undefined) times.set(row, (times.get(row) ?? 0) + (timeDeltas[i] ?? 0));
  });
  return times;
}
