/** The attacks of test/attacks, tried where the database is spread over several nodes, and the server knows all of them. */
import { afterAll, describe, test } from "vitest";
import { ownNodes, storageOn, whyNoCitus } from "../kit/citus/nodes.ts";
import { EMBEDDED, tryOn } from "../kit/storage.ts";

const FILES = {
  "attacks.test.ts": () => import("../attacks/attacks.test.ts"),
  "captured.test.ts": () => import("../attacks/captured.test.ts"),
  "depository.test.ts": () => import("../attacks/depository.test.ts"),
  "flood.test.ts": () => import("../attacks/flood.test.ts"),
  "hostile.test.ts": () => import("../attacks/hostile.test.ts"),
  "identity.test.ts": () => import("../attacks/identity.test.ts"),
  "messages.test.ts": () => import("../attacks/messages.test.ts"),
  "new-key.test.ts": () => import("../attacks/new-key.test.ts"),
  "old-keys.test.ts": () => import("../attacks/old-keys.test.ts"),
  "room.test.ts": () => import("../attacks/room.test.ts"),
  "work.test.ts": () => import("../attacks/work.test.ts"),
} as const;
const skipped = whyNoCitus();

describe.skipIf(skipped)(`on Citus${skipped ? ` (${skipped})` : ""}`, async () => {
  if (skipped !== undefined) {
    test.todo("attacks are refused");
    return;
  }
  const nodes = await ownNodes(2);
  tryOn(storageOn(nodes));
  afterAll(async () => {
    tryOn(EMBEDDED);
    await nodes.remove();
  });

  for (const [file, load] of Object.entries(FILES)) {
    // What a file says outside its tests belongs to this suite then.
    describe(file, async () => void (await load()));
  }
});
