#!/usr/bin/env bash
# npm @neondatabase/serverless 1.2.0, queries over HTTP: a query is typed as a Promise and is none. It is sent anew by
# each await, then, catch and finally, and not at all without one.
#
# An insert whose query is awaited twice is carried out twice. So is one that has a `catch` to log errors and is awaited
# as well, or that two parts of a program wait for. A query that is started "in the background" never runs.
# The declarations say `NeonQueryPromise extends Promise`; README, CONFIG.md and CHANGELOG.md do not mention it.
# The package calls a function in place of `fetch` here, which counts; nothing leaves the machine.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
instanceof Promise: false
no await: sent 0 times
one await: sent 1 times
two awaits: sent 2 times
catch, and an await: sent 2 times
Promise.all of it, twice: sent 2 times
kept by Promise.resolve, two awaits: sent 1 times
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @neondatabase/serverless@1.2.0
cat > look.mjs <<'JS'
import { neon, neonConfig } from "@neondatabase/serverless";

let sent = 0;
neonConfig.fetchFunction = async () => {
  sent += 1;
  return Response.json({ command: "INSERT", rowCount: 1, fields: [], rows: [] });
};
const sql = neon("postgres://user:password@host.example/database");
const insert = () => sql`insert into receipts default values`;

async function count(name, action) {
  sent = 0;
  await action();
  await new Promise(setImmediate);
  console.log(`${name}: sent ${sent} times`);
}

console.log(`instanceof Promise: ${insert() instanceof Promise}`);
await count("no await", () => void insert());
await count("one await", async () => { await insert(); });
await count("two awaits", async () => { const query = insert(); await query; await query; });
await count("catch, and an await", async () => { const query = insert(); query.catch(console.error); await query; });
await count("Promise.all of it, twice", async () => { const query = insert(); await Promise.all([query, query]); });
await count("kept by Promise.resolve, two awaits", async () => {
  const promise = Promise.resolve(insert());
  await promise;
  await promise;
});
JS
node look.mjs | tee now.txt
diff seen.txt now.txt
