/**
 * Loaded into a server with `--import`. The first SIGUSR2 begins a profile of the main thread. The second ends it and
 * writes it to the file that PROFILE names. A file `….begun` beside that one appears when the profiler takes samples.
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
