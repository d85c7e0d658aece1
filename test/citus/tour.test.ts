/** The life of docs/tour.md, lived at a server whose database is spread over several nodes. */
import { describe, expect, onTestFinished, test } from "vitest";
import { liveLives } from "../../scripts/tour.ts";
import { createDistributedDatabase, ownNodes, urlOfNodes, whyNoCitus } from "../kit/citus/nodes.ts";

const skipped = whyNoCitus();

describe.skipIf(skipped)(`the tour on Citus${skipped ? ` (${skipped})` : ""}`, () => {
  test("is lived as on the embedded database", async () => {
    const nodes = await ownNodes(2);
    onTestFinished(() => nodes.remove());
    const database = await createDistributedDatabase(nodes);
    const [life] = await liveLives([{ fallback: "link", transfer: "code" }], {
      DATABASE_URL: urlOfNodes(nodes, database),
    });
    const entries = life?.entries ?? [];
    const failed = entries.flatMap((entry) => ("command" in entry && entry.code !== 0 ? [entry.step] : []));
    expect(failed).toEqual(["list after leaving"]);
    expect(entries.flatMap((entry) => ("mail" in entry ? [entry.mail.subject] : []))).toEqual([
      "Confirm your contact for your shares",
      "Confirm the move of your shares to a new key",
      "The key of your shares was changed",
      "The key of your shares was changed",
      "Your shares were deleted",
    ]);
  });
});
