/** Signatures of SSH in a real browser, by what a bundle fetches when it meets the first. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import ssh from "../../test-vectors/ssh.json" with { type: "json" };
import { textOfPage } from "../packages/web-page.ts";
import { chromiumPath } from "./browser.ts";

const JUDGE = `
  import { Signature, SigningPublicKey } from "@bc/envelope";
  import { decodeCbor, hexToBytes } from "@blockchaincommons/dcbor";
  const ssh = ${JSON.stringify(ssh)};
  const cborIn = (hex) => decodeCbor(hexToBytes(hex));
  const verifies = ({ publicKeyHex, signatureHex, messageHex }) =>
    SigningPublicKey.fromCbor(cborIn(publicKeyHex)).verify(Signature.fromCbor(cborIn(signatureHex)), hexToBytes(messageHex));
  const isKey = ({ publicKeyHex }) => SigningPublicKey.fromCbor(cborIn(publicKeyHex)).isValid();
  const count = async (vectors, judge) => (await Promise.all(vectors.map(judge))).filter(Boolean).length;
  const counts = [
    await count(ssh.signing, verifies), await count(ssh.mismatches, verifies),
    await count(ssh.signing, isKey), await count(ssh.keys, isKey),
  ];
  document.body.textContent = "judged " + counts.join(" ");
`;

test.skipIf(chromiumPath === undefined && process.env["CI"] !== "true")(
  "are judged as on Node, by a file that is fetched late",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "share-ssh-"));
    try {
      const { metafile } = await build({
        stdin: { contents: JUDGE, resolveDir: import.meta.dirname },
        bundle: true,
        splitting: true,
        format: "esm",
        platform: "browser",
        outdir: join(folder, "site"),
        metafile: true,
      });
      await mkdir(join(folder, "site"), { recursive: true });
      await writeFile(
        join(folder, "site/index.html"),
        '<!doctype html><body><script type="module" src="stdin.js"></script></body>',
      );
      const [first] = Object.entries(metafile.outputs).filter(([path]) => path.endsWith("stdin.js"));
      const inputs = Object.keys(first?.[1].inputs ?? {});
      expect(inputs.some((path) => path.endsWith("keys/signing-public-key.ts"))).toBe(true);
      expect(inputs.some((path) => path.endsWith("keys/ssh/verify.ts"))).toBe(false);
      const all = ssh.signing.length;
      expect(await textOfPage(join(folder, "site"), /judged/)).toBe(`judged ${all} 0 ${all} 0`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
