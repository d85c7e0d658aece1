/** Prometheus's own judgement of the alert rules, and the runbook's section for each. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const rules = readFileSync(join(ROOT, "deploy/prometheus-alerts.yml"), "utf8");
const tests = readFileSync(join(ROOT, "deploy/prometheus-alerts.test.yml"), "utf8");
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);

const isMissing = spawnSync("promtool", ["--version"]).error !== undefined;
const skipped =
  isMissing && process.env["CI"] !== "true" ? "no promtool: Debian's package prometheus has it" : "";

function promtool(...args: readonly string[]): string {
  return execFileSync("promtool", args, { cwd: ROOT, encoding: "utf8", stdio: "pipe" });
}

describe.skipIf(skipped)(`promtool${skipped ? ` (${skipped})` : ""}`, () => {
  test("takes the rules, and finds that they fire for what they should", () => {
    expect(promtool("check", "rules", "deploy/prometheus-alerts.yml")).toContain(
      `${alerts.length} rules found`,
    );
    expect(promtool("test", "rules", "deploy/prometheus-alerts.test.yml")).toContain("SUCCESS");
  });
});

test("each alert has a test, and a section in the runbook", () => {
  const runbook = readFileSync(join(ROOT, "docs/runbook.md"), "utf8");
  expect(alerts.length).toBeGreaterThan(10);
  expect(alerts.filter((name) => !runbook.includes(`\n### ${name}\n`))).toEqual([]);
  expect(alerts.filter((name) => !tests.includes(`alertname: ${name}\n`))).toEqual([]);
});
