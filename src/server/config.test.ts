import { PrivateKeys } from "@bc/envelope";
import { expect, test } from "vitest";
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
    "DATABASE_URL takes postgres://user:password@host:port/database, with %40 for @ and %2F for / in a password\nDATABASE_POOL takes a whole number from 1 to 1000",
  );
});

test("durations take units", () => {
  expect(readConfig({ REQUEST_MAX_AGE: "2h" }).REQUEST_MAX_AGE).toBe(7_200);
});

test("durations end where dates could be out of reach", () => {
  expect(readConfig({ TRANSFER_DELAY: "3650d" }).TRANSFER_DELAY).toBe(315_360_000);
  for (const TRANSFER_DELAY of ["3651d", "99999999h"]) {
    expect(() => readConfig({ TRANSFER_DELAY })).toThrow(
      "TRANSFER_DELAY takes seconds, or a number with s, m, h or d, 3650d at most",
    );
  }
});

test.each([
  [{ SMTP_URL: "smtp://127.0.0.1" }, "MAIL_FROM is needed with SMTP_URL"],
  [{ MAIL_FROM: "shares@example.com" }, "SMTP_URL is needed with MAIL_FROM"],
  [{ WEBHOOK_URL: "https://example.com" }, "WEBHOOK_SECRET is needed with WEBHOOK_URL"],
  [{ WEBHOOK_SECRET: `whsec_${"A".repeat(44)}` }, "WEBHOOK_URL is needed with WEBHOOK_SECRET"],
  [{ MAX_ACCOUNT_BYTES: "9999" }, "MAX_SHARE_BYTES takes no more than MAX_ACCOUNT_BYTES"],
  [
    { MAX_SHARE_BYTES: "100000" },
    "MAX_REQUEST_BYTES takes 102048 or more with this MAX_SHARE_BYTES: a request is a share and more",
  ],
  [{ PUBLIC_URL: "https://example.com/?a=b" }, "PUBLIC_URL takes an http or https URL without ? and #"],
  [{ PUBLIC_URL: "https://example.com/#there" }, "PUBLIC_URL takes an http or https URL without ? and #"],
])("variables that do not go together are refused: %o", (environment, mistake) => {
  const read = () => readConfig(environment);
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(new ConfigError(mistake));
});

test("every bad value gets one line that names the variable and what it takes", () => {
  const read = () => readConfig({ PORT: "http", REQUIRE_RECIPIENT: "perhaps", MAX_SHARES: "0" });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(
    "PORT takes a whole number from 0 to 65535\n" +
      "REQUIRE_RECIPIENT takes 1 or 0\nMAX_SHARES takes a whole number from 1 to 100000",
  );
});

test.each(["mldsa65", "rsa+x25519", "mldsa65+mldsa65", "MLDSA65+MLKEM768", "mldsa65,mlkem768"])(
  "%s is no kind of identity",
  (given) => {
    expect(() => readConfig({ IDENTITY_SCHEME: given })).toThrow(
      /^IDENTITY_SCHEME takes .*mldsa65\+mlkem768$/,
    );
    expect(readConfig({ IDENTITY_SCHEME: "mldsa65+mlkem768" }).IDENTITY_SCHEME).toBe("mldsa65+mlkem768");
    expect(readConfig({}).IDENTITY_SCHEME).toBeUndefined();
  },
);

test("a secret that is none is never repeated in the error", () => {
  const keys = PrivateKeys.generate().urString();
  expect(() => readConfig({ STORAGE_KEY: keys })).toThrow(/^(?!.*crypto-prvkeys\/[a-z])/);
  expect(readConfig({ SERVER_PRIVATE_KEYS: keys }).SERVER_PRIVATE_KEYS?.privateKeys.urString()).toBe(keys);
});

test("contacts are not trusted without confirmation in production", () => {
  const trusting = { FALLBACK_TRUST: "1" };
  expect(readConfig(trusting).FALLBACK_TRUST).toBe(true);
  expect(() => readConfig({ ...trusting, NODE_ENV: "production" })).toThrow(
    "FALLBACK_TRUST takes 0 where NODE_ENV is production",
  );
});
