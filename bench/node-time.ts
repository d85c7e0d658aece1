import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../test/kit/postgres/cluster.ts";
import { childrenOf, endedChildrenTime, processorTime } from "./processor-time.ts";

/** Milliseconds that a node's processes have used, those included that have ended. */
export function nodeTime({ folder }: Cluster): number {
  const postmaster = Number(readFileSync(join(folder, "data/postmaster.pid"), "utf8").split("\n")[0]);
  const running = processorTime([postmaster, ...childrenOf(postmaster)]);
  return (running + endedChildrenTime(postmaster)) / 1_000;
}
