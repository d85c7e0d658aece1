/** Imported before a server: its clock is off by as many milliseconds as the file at `CLOCK_OFFSET` says. */
import { readFileSync } from "node:fs";

const file = process.env["CLOCK_OFFSET"] ?? "";
const POLL = 20;
let offset = 0;

function read(): void {
  try {
    offset = Number(readFileSync(file, "utf8"));
  } catch {
    // There is no file yet.
  }
}

read();
setInterval(read, POLL).unref();
const { now: realNow } = Date;
// Dates must stay what they are: threads hand them to one another.
globalThis.Date = new Proxy(Date, {
  construct: (date, given) => Reflect.construct(date, given.length === 0 ? [realNow() + offset] : given),
});
Date.now = () => realNow() + offset;
