/** Keys for after quantum computers, by the command: chosen for a profile, for a change of keys, for backups and recoveries. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PrivateKeys, SymmetricKey } from "@bc/envelope";
import type { Profile } from "@bc/share-client";
import { afterAll, expect, test } from "vitest";
import { codeOptions, openMailbox } from "../kit/mailbox.ts";
import { newUser, readProfile } from "../kit/share-command.ts";
import { startServer } from "../kit/spawn-server.ts";

const mailbox = await openMailbox();
const servers = await Promise.all([1, 2].map(() => startServer(mailbox.environment)));
afterAll(async () => {
  await Promise.all(servers.map(({ stop }) => stop()));
  await mailbox[Symbol.asyncDispose]();
});
const urls = servers.map(({ url }) => url());
const [url = ""] = urls;
const LATER = ["--scheme", "mldsa65", "--encapsulation", "mlkem768"];

/** How the keys sign and how is sealed to them, account by account. */
function schemesIn({ accounts }: Profile): readonly string[] {
  return accounts.map(({ keys }) => {
    const { signing, encapsulation } = PrivateKeys.fromURString(keys);
    return `${signing.scheme}, ${encapsulation.scheme}`;
  });
}

test.each([
  ["schnorr", "x25519"],
  ["mldsa44", "mlkem512"],
  ["mldsa65", "x25519"],
  ["mldsa87", "mlkem1024"],
  ["ed25519", "mlkem768"],
])("makes a key file of %s and %s, which stores a share", async (scheme, encapsulation) => {
  const { share, file } = await newUser(url);
  const made = await share([
    "keys",
    "new",
    "--file",
    "keys.ur",
    "--scheme",
    scheme,
    "--encapsulation",
    encapsulation,
    "--json",
  ]);
  expect(JSON.parse(made.stdout)).toMatchObject({ scheme, encapsulation });
  await file("share.txt", "a share");
  expect((await share(["store", "share.txt", "--keys", "keys.ur"])).code).toBe(0);
  expect((await share(["get", "--keys", "keys.ur"])).stdout).toBe("a share");
});

test("changes the keys of a profile to those for later, which further changes keep", async () => {
  const { share, file, folder } = await newUser(url);
  await file("share.txt", "a share");
  expect((await share(["store", "share.txt"])).code).toBe(0);
  expect(schemesIn((await readProfile(folder)).profile)).toEqual(["schnorr, x25519"]);
  expect(await share(["rekey", "--yes", ...LATER])).toMatchObject({ code: 0, stderr: "" });
  expect(schemesIn((await readProfile(folder)).profile)).toEqual(["mldsa65, mlkem768"]);
  expect((await share(["rekey", "--yes", "--encapsulation", "x25519"])).code).toBe(0);
  expect(schemesIn((await readProfile(folder)).profile)).toEqual(["mldsa65, x25519"]);
  expect((await share(["get"])).stdout).toBe("a share");
  expect((await share(["doctor"])).stdout).toContain("mldsa65 and x25519");
});

test("a profile makes the keys that were chosen for it, and says which", async () => {
  const { share, file, folder } = await newUser(url);
  await file("share.txt", "a share");
  expect((await share(["profile", "new", "later", "--use", ...LATER])).code).toBe(0);
  expect((await share(["store", "share.txt"])).code).toBe(0);
  expect(schemesIn((await readProfile(folder, "later")).profile)).toEqual(["mldsa65, mlkem768"]);

  expect((await share(["profile", "keys"])).stdout).toBe(
    "the profile later makes keys of mldsa65 and mlkem768\n",
  );
  const chosen = await share(["profile", "keys", "default", "--scheme", "mldsa87", "--json"]);
  expect(JSON.parse(chosen.stdout)).toEqual({ name: "default", scheme: "mldsa87", encapsulation: "x25519" });
  expect((await share(["store", "share.txt", "--profile", "default"])).code).toBe(0);
  expect(schemesIn((await readProfile(folder)).profile)).toEqual(["mldsa87, x25519"]);
  const unknown = await share(["profile", "keys", "--scheme", "rsa"]);
  expect(unknown).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("mldsa65") });
});

test("a transfer comes to keys for later, in a profile that has met no server", async () => {
  const contact = "transfer@example.com";
  const owner = await newUser(url);
  await owner.file("share.txt", "a share");
  await owner.share(["store", "share.txt"]);
  await owner.share(["fallback", "set", contact]);
  await owner.share(["fallback", "verify", (await mailbox.next(contact)).code]);
  const heir = await newUser(url);
  expect((await heir.share(["fallback", "transfer", contact, ...LATER])).code).toBe(0);
  const { code } = await mailbox.next(contact);
  expect((await heir.share(["fallback", "verify", code])).stdout).toContain("done: ");
  expect(schemesIn((await readProfile(heir.folder)).profile)).toEqual(["mldsa65, mlkem768"]);
  expect((await heir.share(["get"])).stdout).toBe("a share");
});

test("a backup and its recovery make keys for later", async () => {
  const contact = "backup@example.com";
  const seed = SymmetricKey.generate().urString();
  const owner = await newUser();
  const file = await owner.file("seed.ur", `${seed}\n`);
  const to = urls.flatMap((it) => ["--to", it]);
  const made = await owner.share(["backup", file, ...to, "--fallback", contact, ...LATER]);
  expect(made).toMatchObject({ code: 0 });
  expect(schemesIn((await readProfile(owner.folder)).profile)).toEqual(urls.map(() => "mldsa65, mlkem768"));
  await owner.share(["backup", "--fallback", contact, ...(await codeOptions(mailbox, contact, 2))]);

  const bare = await newUser();
  expect((await bare.share(["recover", ...urls, "--fallback", contact, ...LATER])).code).toBe(3);
  const codes = await codeOptions(mailbox, contact, 2);
  expect(await bare.share(["recover", ...codes, "-o", "found.ur"])).toMatchObject({ code: 0 });
  expect(await readFile(join(bare.folder, "found.ur"), "utf8")).toBe(`${seed}\n`);
  const { profile } = await readProfile(bare.folder);
  expect(schemesIn(profile)).toEqual(urls.map(() => "mldsa65, mlkem768"));
  expect(profile.newKeys).toEqual({ signing: "mldsa65", encapsulation: "mlkem768" });
});
