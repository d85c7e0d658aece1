/** The client makes of every announcement what the vectors say. */
import { ClientError, followServer, type KnownServer, serverFromDocument } from "@bc/share-client";
import { describe, expect, test } from "vitest";
import { server } from "../kit/people.ts";
import { type RotationVector, rotationVectors } from "./rotations.ts";

const vectors = await rotationVectors();

type Judged = { readonly outcome: RotationVector["outcome"]; readonly server?: KnownServer };

/** As a client does: first whether it is a server at all, then whether it is the one that it knows. */
async function judge({ known, announced }: RotationVector): Promise<Judged> {
  const found = await serverFromDocument(announced).catch((error: unknown) => {
    expect(error).toMatchObject({ name: "ClientError", code: "wrong-server" });
    return undefined;
  });
  if (found === undefined) return { outcome: "not-a-server" };
  if (known === undefined) return { outcome: "follow", server: found };
  const kept = await serverFromDocument(known);
  try {
    const followed = followServer(kept, found);
    return { outcome: followed === kept ? "same" : "follow", server: followed };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { outcome: error.message.includes("has replaced since") ? "replaced-keys" : "stranger" };
  }
}

describe("a client meets", () => {
  test.each(vectors)("$name: $outcome", async (vector) => {
    const judged = await judge(vector);
    expect(judged.outcome).toBe(vector.outcome);
    if (vector.keys === undefined) return;
    expect(judged.server?.keys.equals(vector.keys)).toBe(true);
    expect(judged.server?.xid.equals(server.xid)).toBe(true);
    // What the client keeps is enough to go on with.
    const again = await serverFromDocument(judged.server?.document ?? server.document);
    expect(again.keys.equals(vector.keys)).toBe(true);
  });

  test("wrong keys, and another server, each under a code of its own", async () => {
    const codes = new Map<string, string>();
    for (const { name, known, announced, outcome } of vectors) {
      if (known === undefined || (outcome !== "stranger" && outcome !== "replaced-keys")) continue;
      const [kept, found] = [await serverFromDocument(known), await serverFromDocument(announced)];
      try {
        followServer(kept, found);
      } catch (error) {
        if (error instanceof ClientError) codes.set(name, error.code);
      }
    }
    expect(codes.get("the document of another XID")).toBe("wrong-server");
    codes.delete("the document of another XID");
    expect(codes.size).toBe(4);
    expect(new Set(codes.values())).toEqual(new Set(["wrong-keys"]));
  });
});
