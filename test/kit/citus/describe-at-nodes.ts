/** Tests of a distributed database that are run twice: asked at the coordinator, and asked at a worker. */
import { afterAll, beforeAll, describe } from "vitest";
import type { Cluster } from "../postgres/cluster.ts";
import {
  createDistributedDatabase,
  type DistributedDatabase,
  type Nodes,
  ownNodes,
  whyNoCitus,
} from "./nodes.ts";

export type AskedNode = { readonly database: DistributedDatabase; readonly node: Cluster | undefined };

/**
 * Where Citus is missing they are skipped, and the title says so.
 *
 * @param describeTests given the node to ask, and a database of its own. Both are there once the tests run.
 */
export function describeAtNodes(title: string, describeTests: (asked: () => AskedNode) => void): void {
  const skipped = whyNoCitus();
  describe.skipIf(skipped)(`${title}${skipped ? ` (${skipped})` : ""}`, () => {
    let nodes: Nodes;
    beforeAll(async () => {
      nodes = await ownNodes(2);
    });
    afterAll(() => nodes.remove());

    describe.each([
      ["the coordinator", ({ coordinator }: Nodes) => coordinator],
      ["a worker", ({ workers }: Nodes) => workers[0]],
    ] as const)("asked at %s", (_, place) => {
      let asked: AskedNode;
      beforeAll(async () => {
        asked = { database: await createDistributedDatabase(nodes), node: place(nodes) };
      });
      describeTests(() => asked);
    });
  });
}
