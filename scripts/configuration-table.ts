/** Makes the table of environment variables in docs/configuration.md, from the table that the server reads them by. */
import { VARIABLES } from "../src/server/config.ts";

export function configurationTable(): string {
  const rows = Object.entries(VARIABLES).map(([name, { fallback, takes, about }]) => {
    const value =
      fallback === undefined ? "–" : `\`${typeof fallback === "boolean" ? Number(fallback) : fallback}\``;
    return `| \`${name}\` | ${value} | ${takes} | ${about} |`;
  });
  return ["| variable | default | takes | |", "|---|---|---|---|", ...rows].join("\n");
}

/** The document with its table replaced. */
export function withConfigurationTable(document: string): string {
  return document.replace(/\| variable \|[\s\S]*?(?=\n\n|\n$|$)/, configurationTable());
}
