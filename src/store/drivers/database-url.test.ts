import { describe, expect, test } from "vitest";
import { databaseUrlMistake, isDatabaseUrl, readDatabaseUrl } from "./database-url.ts";

describe("the URL of a database", () => {
  test.each([
    "postgres://user:password@host:5432/database",
    "postgresql://user@host/database?application_name=a%40b",
    "postgres://user:top%40secr%2Fet%23%3F%25@host/database",
    "postgres://user:p@ss@host/database",
    "postgres:///database?host=/run/postgresql",
    "postgres://user:p,@ss@one:5432,two:5433,[::1]/database?target_session_attrs=read-write",
    "postgres://user:password@ep-1.neon.tech/database?sslmode=require&channel_binding=require",
  ])("is one: %s", (url) => expect(databaseUrlMistake(url)).toBeUndefined());

  test.each([
    ["a host that is a part of the password", "postgres://user:top@secr/et@host/database"],
    ["a port that is", "postgres://user:12/secret@host/database"],
    ["a fragment", "postgres://user:12#secret@host/database"],
    ["an empty fragment", "postgres://user:password@host/database#"],
    ["a query that is a part of the password", "postgres://user:12?secret@host/database"],
    ["a query behind a path that is", "postgres://user:se@cr/et?x@host/database"],
    ["no database", "postgres://user:password@host"],
    ["an empty database", "postgres://user:password@host/?sslmode=verify-full"],
    ["a percent sign that escapes nothing", "postgres://user:100%secret@host/database"],
    ["a host that is missing among several", "postgres://user:password@one:5432,,two/database"],
    ["several hosts that are a part of the password", "postgres://user:to,p/secret@host/database"],
    ["another protocol", "mysql://user:password@host/database"],
  ])("is refused with %s, and not repeated", (_, url) => {
    expect(isDatabaseUrl(url)).toBe(false);
    expect(databaseUrlMistake(url)).toMatch(/^takes postgres:\/\//);
    expect(databaseUrlMistake(url)).not.toMatch(/secr|et\?|12|100/);
  });

  test.each(["prefer", "allow", "verify-none", "", "constructor"])("takes no sslmode=%s", (mode) => {
    expect(databaseUrlMistake(`postgres://user:password@host/database?sslmode=${mode}`)).toMatch(
      /^takes sslmode=disable, sslmode=verify-full .*$/,
    );
  });

  test.each(["any", "standby", ""])("takes no target_session_attrs=%s", (attributes) => {
    expect(databaseUrlMistake(`${url}?target_session_attrs=${attributes}`)).toMatch(
      /^takes target_session_attrs=read-write, /,
    );
  });

  test.each(["ssl=true", "ssl=no-verify", "uselibpqcompat=true"])("takes no %s", (parameter) => {
    expect(databaseUrlMistake(`postgres://user:password@host/database?${parameter}`)).toMatch(
      /^takes no param/,
    );
  });

  const url = "postgres://user:p%40ss@host/database";

  test.each([
    ["", undefined],
    ["?sslmode=disable", { mode: "disable" }],
    ["?sslmode=verify-full", { mode: "verify-full" }],
    ["?sslmode=require", { mode: "verify-full" }],
    ["?sslmode=verify-ca", { mode: "verify-full" }],
    ["?sslmode=no-verify", { mode: "no-verify" }],
    ["?sslrootcert=/a.pem", { mode: "verify-full", authorities: "/a.pem" }],
    [
      "?sslmode=verify-full&sslcert=/b.pem&sslkey=/c.pem",
      { mode: "verify-full", certificate: "/b.pem", key: "/c.pem" },
    ],
  ])("says of TLS: %s", (query, tls) => {
    expect(readDatabaseUrl(`${url}${query}`)).toEqual({ connections: [url], tls });
  });

  test("is one for each of several hosts", () => {
    const several =
      "postgres://user:p%40ss@one:5432,two:5433/database?target_session_attrs=read-write&sslmode=require";
    expect(readDatabaseUrl(several)).toEqual({
      connections: ["postgres://user:p%40ss@one:5432/database", "postgres://user:p%40ss@two:5433/database"],
      tls: { mode: "verify-full" },
    });
  });

  test("keeps what else it says", () => {
    const { connections } = readDatabaseUrl(`${url}?sslmode=require&options=-c%20jit%3Doff`);
    expect(new URL(connections[0] ?? "").searchParams.get("options")).toBe("-c jit=off");
    expect(() => readDatabaseUrl("postgres://user:secret@host")).toThrow(
      /^the database URL is wrong: it takes/,
    );
  });
});
