import { expect, test } from "vitest";
import { PrivateKeys } from "#bc/keys";
import { ConfigError, readConfig } from "./config.ts";

test("an empty environment gives the defaults", () => {
  expect(readConfig({})).toMatchObject({ HOST: "127.0.0.1", PORT: 5332, REQUEST_MAX_AGE: 86_400 });
});

test("an empty text is taken as not given", () => {
  expect(readConfig({ PORT: "" }).PORT).toBe(5332);
});

test("a database is named by a URL, and a bad one is never repeated, since it holds a password", () => {
  const DATABASE_URL = "postgres://share_server:secret@db.example:5433/share_server?sslmode=verify-full";
  expect(readConfig({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL);
  const read = () =>
    readConfig({ DATABASE_URL: "mysql://root:secret@db.example/shares", DATABASE_POOL: "0" });
  expect(read).toThrow(
    "DATABASE_URL takes postgres://user:password@host:port/database\nDATABASE_POOL takes a whole number from 1 to 1000",
  );
});

test("durations take units", () => {
  expect(readConfig({ REQUEST_MAX_AGE: "2h" }).REQUEST_MAX_AGE).toBe(7_200);
});

test("every bad value gets one line that names the variable and what it takes", () => {
  const read = () => readConfig({ PORT: "http", REQUIRE_RECIPIENT: "perhaps", MAX_SHARES: "0" });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(
    "PORT takes a whole number from 0 to 65535\n" +
      "REQUIRE_RECIPIENT takes 1 or 0\nMAX_SHARES takes a whole number from 1 to 100000",
  );
});

test("a secret that is none is never repeated in the error", () => {
  const keys = PrivateKeys.generate().urString();
  expect(() => readConfig({ STORAGE_KEY: keys })).toThrow(/^(?!.*crypto-prvkeys\/[a-z])/);
  expect(readConfig({ SERVER_PRIVATE_KEYS: keys }).SERVER_PRIVATE_KEYS?.urString()).toBe(keys);
});

test("contacts are not trusted without confirmation in production", () => {
  const trusting = { FALLBACK_TRUST: "1" };
  expect(readConfig(trusting).FALLBACK_TRUST).toBe(true);
  expect(() => readConfig({ ...trusting, NODE_ENV: "production" })).toThrow(
    "FALLBACK_TRUST takes 0 where NODE_ENV is production",
  );
});
