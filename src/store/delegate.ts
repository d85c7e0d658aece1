/**
 * Calls to a database whose tables are spread over several nodes (distribute.ts): what all is usual about, the node of the
 * account does by itself. Whoever is asked hands it there as a whole, and takes back the rows.
 *
 * A call that finds anything unusual does nothing and gives no row. Then it is made again, for the node that was asked to carry
 * out with the help of all others. This takes the place of gather.ts, which sends calls of different accounts together.
 */
import { type FunctionName, textOf } from "./functions.ts";
import type { Sql, SqlValue } from "./sql.ts";

/** Of each there is a second function, whose name ends in `_at_node`, with the same parameters and columns. */
const DELEGATED: readonly FunctionName[] = ["store_share", "retrieve_shares", "delete_shares"];

const TEXTS_AT_NODE = new Map(
  DELEGATED.map((name) => [textOf(name), textOf(name).replace(`store.${name}(`, `store.${name}_at_node(`)]),
);

/** The same database, which is distributed, with {@link DELEGATED} calls asked at the node of their account first. */
export function delegated(sql: Sql): Sql {
  return async <Row>(text: string, params: readonly SqlValue[]) => {
    const atNode = TEXTS_AT_NODE.get(text);
    const rows = atNode === undefined ? [] : await sql<Row>(atNode, params);
    return rows.length > 0 ? rows : await sql<Row>(text, params);
  };
}
