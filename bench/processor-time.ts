/** The processor time of other processes. Linux only: it reads /proc. */
import { globSync, readFileSync } from "node:fs";

/** Microseconds of one tick of Linux's clock. */
const TICK = 10_000;
/** The fields 14 and 16 of a line of `stat`, of which the name is the second. */
const [OWN, ENDED_CHILDREN] = [11, 13];

/** Microseconds of processor time that these processes have used since they started. */
export function processorTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + timeIn(statOf(`/proc/${pid}`)), 0);
}

/** The same of the children of a process that have ended. */
export function endedChildrenTime(pid: number): number {
  return timeIn(statOf(`/proc/${pid}`), ENDED_CHILDREN);
}

/** The same for a process's main thread alone. */
export function mainThreadTime(pid: number): number {
  return timeIn(statOf(`/proc/${pid}/task/${pid}`));
}

/** Microseconds of processor time of a process with one thread, as the scheduler counts them: to the nanosecond, not by ticks. */
export function exactProcessorTime(pid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1_000;
}

/** @param from where user and system time stand, counted from behind the name, since a name may hold spaces. */
function timeIn(stat: Stat | undefined, from = OWN): number {
  const [user = 0, system = 0] = (stat?.after ?? []).slice(from, from + 2).map(Number);
  return (user + system) * TICK;
}

/** The child processes of `parent`. @param name only those with this name. Default: all. */
export function childrenOf(parent: number, name?: string): readonly number[] {
  return globSync("/proc/[0-9]*/stat")
    .map((path) => Number(path.split("/")[2]))
    .filter((pid) => {
      const stat = statOf(`/proc/${pid}`);
      return stat !== undefined && Number(stat.after[1]) === parent && (name ?? stat.name) === stat.name;
    });
}

type Stat = { readonly name: string; readonly after: readonly string[] };

/** Undefined when the process or thread has ended. */
function statOf(folder: string): Stat | undefined {
  try {
    const text = readFileSync(`${folder}/stat`, "utf8");
    const [from, to] = [text.indexOf("("), text.lastIndexOf(")")];
    return { name: text.slice(from + 1, to), after: text.slice(to + 2).split(" ") };
  } catch {
    return undefined;
  }
}
