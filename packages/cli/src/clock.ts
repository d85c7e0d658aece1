/** How far this device's clock is from that of a server, as the header `Date` of its latest answer tells. */

/** Milliseconds that both clocks may differ, and that an answer may take, before it is worth a word. */
const WORTH_TELLING = 60_000;

let difference: number | undefined;

/** Takes note of a server's time, in an answer that has just come. */
export function noteServerTime(headers: Headers, now: Date): void {
  const told = Date.parse(headers.get("date") ?? "");
  if (!Number.isNaN(told)) difference = now.getTime() - told;
}

/** Milliseconds that this device's clock is ahead of the server's. Undefined: none has told its time. */
export function clockDifference(): number | undefined {
  return difference;
}

/** `this device's clock is 3 hours behind the server's`, or undefined where both tell about the same. */
export function clockProblem(): string | undefined {
  if (difference === undefined || Math.abs(difference) < WORTH_TELLING) return undefined;
  return `this device's clock is ${duration(Math.abs(difference))} ${difference < 0 ? "behind" : "ahead of"} the server's`;
}

/** To be put behind the text of an error that is about dates. */
export function clockAdvice(): string {
  const problem = clockProblem();
  return problem === undefined ? "" : `; ${problem}: set it right`;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** In the two largest units: `2 days 3 hours`. */
function duration(milliseconds: number): string {
  let rest = milliseconds;
  const parts = UNITS.map(([name, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return [name, count] as const;
  });
  const first = parts.findIndex(([, count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}${count === 1 ? "" : "s"}`)
    .join(" ");
}
