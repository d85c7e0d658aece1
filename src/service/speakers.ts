import type { Identity } from "@bc/share-protocol";
import type { Context } from "./context.ts";

/** By whose keys the server opens what is sealed to it now: the present ones, and old ones that are still honoured. */
export function speakersOf({ identity, retired, now }: Pick<Context, "identity" | "retired" | "now">) {
  if (retired.length === 0) return [identity];
  const time = now();
  const honoured: readonly Identity[] = retired
    .filter(({ until }) => time < until)
    .map((retiree) => retiree.identity);
  return [identity, ...honoured];
}
