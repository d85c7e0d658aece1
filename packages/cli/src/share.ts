#!/usr/bin/env node
/** `share`. Its version is all that it tells without loading the rest, which takes most of the time of a short command. */
import project from "../package.json" with { type: "json" };

const [first, ...others] = process.argv.slice(2);
if (others.length === 0 && (first === "--version" || first === "-V")) {
  process.stdout.write(`${project.version}\n`);
} else {
  const { main } = await import("./main.ts");
  await main(process.argv.slice(2));
}
