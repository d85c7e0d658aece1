/** How many shares, as users type it. */
import type { GroupThreshold, SplitPlan } from "@bc/envelope";
import { InvalidArgumentError } from "commander";

const MOST = 16;

/** From 1 to 16. */
export function countFrom(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MOST) throw new InvalidArgumentError(`from 1 to ${MOST}`);
  return count;
}

/** `2of3` or `2-of-3`. */
export function groupFrom(text: string): GroupThreshold {
  const [, threshold = "", count = ""] = /^(\d+)-?of-?(\d+)$/.exec(text.trim()) ?? [];
  if (threshold === "") throw new InvalidArgumentError("the form is 2of3");
  return { threshold: countFrom(threshold), count: countFrom(count) };
}

/** `2of3,1of1`. */
export function groupsFrom(text: string): SplitPlan["groups"] {
  return text.split(",").map(groupFrom);
}
