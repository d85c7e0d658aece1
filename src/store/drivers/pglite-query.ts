/**
 * One statement to the embedded engine and back.
 *
 * PGlite's own `query` enters the engine six times for a statement, and has its text parsed and planned each time. Here
 * all messages go in at once, and a text with parameters is prepared when it first comes. Bytes go in as they are, not
 * as hexadecimal digits.
 */
import { messages, type PGlite, parse, protocol } from "@electric-sql/pglite";
import type { Sql, SqlValue } from "../sql.ts";
import { BYTEA, decodeBytea } from "./bytea.ts";
import { statementNames } from "./statement-names.ts";

const { serialize } = protocol;

/**
 * Takes one statement after the other, because the engine has one session.
 *
 * @returns a function that rejects with Postgres's own error.
 */
export function queries(engine: PGlite): Sql {
  const parsers = { ...engine.parsers, [BYTEA]: decodeBytea };
  const nameOf = statementNames();
  const prepared = new Set<string>();

  return async <Row>(text: string, params: readonly SqlValue[]) => {
    const name = params.length === 0 ? "" : nameOf(text);
    // To close an unknown name is no error. After a failure the text is prepared anew: its plan may be the cause.
    const preparing = prepared.has(name)
      ? []
      : [serialize.close({ type: "S", name }), serialize.parse({ name, text })];
    const asked = [
      ...preparing,
      serialize.bind({ statement: name, values: params.map(wireValue) }),
      serialize.describe({ type: "P" }),
      serialize.execute(),
      serialize.sync(),
    ];
    prepared.delete(name);
    const answers = await engine.execProtocolStream(Buffer.concat(asked), {
      syncToFs: false,
      throwOnError: false,
    });
    const error = answers.find((answer) => answer instanceof messages.DatabaseError);
    if (error !== undefined) throw error;
    if (name !== "") prepared.add(name);
    const [result] = parse.parseResults(answers, parsers);
    return (result?.rows ?? []) as Row[];
  };
}

function wireValue(value: SqlValue): string | Uint8Array | null {
  if (value === null || value instanceof Uint8Array) return value;
  return value instanceof Date ? value.toISOString() : String(value);
}
