/**
 * Preloaded into the command, this ends it like a power cut: by SIGKILL right before step `KILL_BEFORE`.
 *
 * A step is whatever others can see of the command: a file that gets or loses its name, a request that leaves, and an
 * answer that has come.
 */
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const { KILL_BEFORE } = process.env;
const last = Number(KILL_BEFORE);
let steps = 0;

function step(): void {
  steps += 1;
  if (steps === last) process.kill(process.pid, "SIGKILL");
}

function counted<Args extends readonly unknown[], Result>(original: (...args: Args) => Result) {
  return (...args: Args): Result => {
    step();
    return original(...args);
  };
}

Object.assign(promises, {
  link: counted(promises.link),
  rename: counted(promises.rename),
  rm: counted(promises.rm),
  unlink: counted(promises.unlink),
});
syncBuiltinESMExports();

const { fetch } = globalThis;
globalThis.fetch = async (...args) => {
  step();
  const answer = await fetch(...args);
  step();
  return answer;
};
