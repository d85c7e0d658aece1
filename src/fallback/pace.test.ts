import { expect, test, vi } from "vitest";
import { createPace } from "./pace.ts";

/** Milliseconds that it asks for, without waiting for them. */
async function pauseOf({ pause }: ReturnType<typeof createPace>): Promise<number> {
  vi.useFakeTimers();
  const begun = Date.now();
  const paused = pause("email").then(() => Date.now() - begun);
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  return paused;
}

test("waits a while when nothing was sent yet", async () => {
  expect(await pauseOf(createPace())).toBe(200);
});

test("takes no longer than a message may, whatever the clock said", async () => {
  for (const [told, pause] of [
    [3_600_000, 20_000],
    [-5_000, 0],
  ] as const) {
    const pace = createPace();
    pace.remember("email", told);
    expect(await pauseOf(pace)).toBeLessThanOrEqual(Math.max(pause, 1));
  }
});

test("takes as long as one of the last messages, and sooner or later as long as each of them", async () => {
  const pace = createPace();
  pace.remember("email", 5_000);
  for (let i = 0; i < 16; i++) pace.remember("email", i < 8 ? 20 : 70);
  pace.remember("phone", 7_000);
  const pauses = new Set<number>();
  for (let i = 0; i < 100; i++) pauses.add(await pauseOf(pace));
  expect([...pauses].sort()).toEqual([20, 70]);
});
