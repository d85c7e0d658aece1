#!/usr/bin/env bash
# npm @neondatabase/serverless 1.2.0, queries over HTTP, beside npm pg 8.23.1, which it stands in for: bytes as
# parameters arrive in four ways, depending on the class that holds them.
#
# A Uint8Array is sent as bytea. In a template, unlike in query(), the driver also adds a cast to the statement.
# A list of Buffers (for a bytea[] column) is sent as a list. A list of Uint8Arrays is a TypeError from inside the
# driver; pg turns it into the same text as Buffers.
# An ArrayBuffer is sent as the two characters {}, without an error, although the driver's CHANGELOG.md says that
# inserting ArrayBuffers is fixed (so does pg, whose documentation promises nothing).
# The package calls a function in place of `fetch` here, which shows what would be sent; nothing leaves the machine.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
Uint8Array
  template: select $1::bytea ["\\x0102"]
  query():  select $1 ["\\x0102"]
list of Buffers
  template: select $1 ["{\\\\x0102}"]
  query():  select $1 ["{\\\\x0102}"]
list of Uint8Arrays
  template: TypeError r.replace is not a function
  query():  TypeError r.replace is not a function
  pg takes it for what it takes a list of Buffers for: true
ArrayBuffer
  template: select $1 ["{}"]
  query():  select $1 ["{}"]
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @neondatabase/serverless@1.2.0 pg@8.23.1
cat > look.mjs <<'JS'
import { neon, neonConfig } from "@neondatabase/serverless";
import utils from "pg/lib/utils.js";

neonConfig.fetchFunction = async (_url, { body }) => {
  const { query, params } = JSON.parse(body);
  return Response.json({ fields: [{ name: "sent", dataTypeID: 25 }], rows: [[`${query} ${JSON.stringify(params)}`]] });
};
const sql = neon("postgres://user:password@host.example/database");
const bytes = Uint8Array.of(1, 2);

async function sent(query) {
  try {
    return (await query())[0].sent;
  } catch (error) {
    return `${error.name} ${error.message}`;
  }
}

for (const [name, value] of [
  ["Uint8Array", bytes],
  ["list of Buffers", [Buffer.from(bytes)]],
  ["list of Uint8Arrays", [bytes]],
  ["ArrayBuffer", bytes.buffer],
]) {
  console.log(name);
  console.log(`  template: ${await sent(() => sql`select ${value}`)}`);
  console.log(`  query():  ${await sent(() => sql.query("select $1", [value]))}`);
  if (name !== "list of Uint8Arrays") continue;
  const isSame = utils.prepareValue(value) === utils.prepareValue([Buffer.from(bytes)]);
  console.log(`  pg takes it for what it takes a list of Buffers for: ${isSame}`);
}
JS
node look.mjs | tee now.txt
diff seen.txt now.txt
