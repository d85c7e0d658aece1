/**
 * Loaded into a server with `--import`: SIGUSR2 begins a profile of its main thread, and the next one ends it, into the
 * file that PROFILE names. Beside it a file `….begun` appears when samples are taken.
 */
import { renameSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

/** Microseconds between two samples. */
const INTERVAL = 200;

const file = process.env["PROFILE"] ?? "server.cpuprofile";
const session = new Session();
let isTaking = false;

process.on("SIGUSR2", async () => {
  if (isTaking) {
    const { profile } = await session.post("Profiler.stop");
    writeFileSync(`${file}.draft`, JSON.stringify(profile));
    renameSync(`${file}.draft`, file);
    return;
  }
  isTaking = true;
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
  await session.post("Profiler.start");
  writeFileSync(`${file}.begun`, "");
});
