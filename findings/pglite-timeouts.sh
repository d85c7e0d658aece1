#!/usr/bin/env bash
# npm @electric-sql/pglite 0.5.16: statement_timeout is taken, shown, and has no effect.
#
# Postgres ends a statement that takes longer than statement_timeout. PGlite is Postgres 18 in WebAssembly: there is no
# error when the limit is set, and none when the time is up. Under a limit of 50 milliseconds a statement of a second
# runs its second, whether it waits or computes. PGlite runs one statement at a time, so every other caller waits too.
# PGlite's README does not mention it.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
PostgreSQL 18
statement_timeout: 50ms
waiting: answered '', long after the limit
computing: answered '428571', long after the limit
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @electric-sql/pglite@0.5.16
cat > look.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";

const LIMIT = 50; // milliseconds
const db = await PGlite.create();
console.log((await db.query("select split_part(version(), '.', 1) as version")).rows[0].version);
await db.exec(`set statement_timeout = ${LIMIT}`);
console.log(`statement_timeout: ${(await db.query("show statement_timeout")).rows[0].statement_timeout}`);
for (const [name, statement] of [
  ["waiting", "select pg_sleep(1)::text as result"],
  ["computing", "select count(*)::text as result from generate_series(1, 3000000) as n where n % 7 = 0"],
]) {
  const start = performance.now();
  const outcome = await db.query(statement).then(
    ({ rows }) => `answered '${rows[0].result}'`,
    ({ message }) => message,
  );
  const isLate = performance.now() - start > 2 * LIMIT;
  console.log(`${name}: ${outcome}, ${isLate ? "long after" : "within"} the limit`);
}
JS
node look.mjs | tee now.txt
diff seen.txt now.txt
