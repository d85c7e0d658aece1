/** Wraps the database and the channels so that the metrics count their failures and successes. */
import type { Channel } from "../fallback/channel.ts";
import type { Metrics } from "../http/metrics.ts";
import type { Sql } from "../store/sql.ts";

export function countedSql(sql: Sql, { storeFailed }: Pick<Metrics, "storeFailed">): Sql {
  return async (text, params) => {
    try {
      return await sql(text, params);
    } catch (error) {
      storeFailed();
      throw error;
    }
  };
}

export function countedChannel(
  { kinds, send }: Channel,
  { messageTried }: Pick<Metrics, "messageTried">,
): Channel {
  return {
    kinds,
    send: async (message) => {
      try {
        await send(message);
        messageTried("sent");
      } catch (error) {
        messageTried("failed");
        throw error;
      }
    },
  };
}
