/**
 * The packages as others get them: installed from their tarballs into an empty folder, by plain `npm install`, each way to
 * use them storing a share on a running server and reading it back.
 */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as bundle, type Metafile } from "esbuild";
import { build as buildSite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { CARRIER, LIBRARIES } from "../../scripts/pack/packages.ts";
import { installTools } from "../../scripts/pack/tools.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import { exampleNamed, firstExample, ROOT, withServer } from "./examples.ts";
import { findNode20 } from "./node-20.ts";
import { createProject, type Project } from "./project.ts";
import { textOfPage } from "./web-page.ts";

const CLIENT_README = "packages/client/README.md";
const GUIDE = "docs/client.md";
/** Bytes of a bundle that stores and gets, as a browser fetches it. */
const MAX_BUNDLE = 61_440;
/** Bytes on a developer's disk. */
const MAX_INSTALLED = 8_000_000;

let project: Project;
let server: TestServer;
let nodes: Readonly<Record<string, string>>;
let tools: string;

beforeAll(async () => {
  [project, server, tools] = await Promise.all([createProject(), startServer(), installTools()]);
  nodes = { "20": await findNode20(join(project.folder, "node-20")), "24": process.execPath };
}, 600_000);

afterAll(async () => {
  await Promise.all([project?.[Symbol.asyncDispose](), server?.stop()]);
});

function node(version: string): string {
  return nodes[version] ?? "";
}

/** The folder that puts this Node first on PATH. */
function path(version: string, ...more: readonly string[]): string {
  return [...more, dirname(node(version)), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter);
}

const BUNDLED = { bundle: true, format: "esm", logLevel: "error" } as const;

async function bundleInto(folder: string, entry: string): Promise<Metafile["outputs"]> {
  const outdir = join(project.folder, folder);
  const options = { platform: "browser", minify: true, splitting: true, metafile: true } as const;
  const entryPoints = [join(project.folder, entry)];
  return (await bundle({ ...BUNDLED, ...options, absWorkingDir: outdir, entryPoints, outdir })).metafile
    .outputs;
}

/** What a browser fetches before the program runs: the file, and whatever it imports at once. */
function fetchedFirst(outputs: Metafile["outputs"], file: string): readonly string[] {
  const atOnce = outputs[file]?.imports.filter(({ kind }) => kind === "import-statement") ?? [];
  return [...new Set([file, ...atOnce.flatMap(({ path }) => fetchedFirst(outputs, path))])];
}

function gzippedSize(folder: string, files: readonly string[]): number {
  const sizes = files.map(
    (file) => gzipSync(readFileSync(join(project.folder, folder, file)), { level: 9 }).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test("the client is small once it is installed", () => {
  const size = project.installedSize();
  process.stdout.write(`installed: ${size} bytes\n`);
  expect(size).toBeLessThan(MAX_INSTALLED);
});

describe.each(["20", "24"])("on Node %s", (version) => {
  test.each(["packages/envelope/README.md", "packages/protocol/README.md", CLIENT_README])(
    "the example of %s does what it says",
    async (document) => {
      const example = firstExample(document);
      const program = await project.write("example.js", withServer(example, server.url()));
      expect(await project.run(node(version), [program])).toBe(example.prints);
    },
  );

  test("the client is had by require, too", async () => {
    const program = await project.write(
      "example.cjs",
      `const { createClient, PrivateKeys } = require("@bc/share-client");
       const client = createClient({ url: ${JSON.stringify(server.url())}, keys: PrivateKeys.generate() });
       client.storeShare(Buffer.from("a share")).then((receipt) => console.log(receipt.hex().length));`,
    );
    expect(await project.run(node(version), ["--no-warnings", program])).toBe("64\n");
  });

  test("the example of a backend does what it says", async () => {
    const example = exampleNamed(GUIDE, "backend.js");
    const program = await project.write("backend.js", example.code);
    const { PrivateKeys } = await import("@bc/envelope");
    const environment = {
      SHARE_URL: server.url(),
      SHARE_KEYS: PrivateKeys.generate().urString(),
      SHARE_SERVER: await (await fetch(server.url(), { headers: { accept: "text/plain" } })).text(),
    };
    expect(await project.run(node(version), [program], environment)).toBe(example.prints);
  });

  test("the command installs alone, and its example does what it says", async () => {
    const home = join(project.folder, `command-${version}`);
    await mkdir(home);
    const { code, prints } = firstExample("packages/cli/README.md");
    const environment = {
      HOME: home,
      XDG_CONFIG_HOME: join(home, "config"),
      SHARE_URL: server.url(),
      PATH: path(version, join(home, "bin")),
    };
    await project.run("npm", ["install", "--global", "--prefix", home, project.tarballs.cli]);
    const printed = await project.run("sh", ["-euc", `cd "$HOME"\n${code}`], environment);
    expect(printed.split("\n").slice(-2).join("\n")).toBe(prints);
  });
});

test("the example of a device without a network stores a share by QR codes", async () => {
  const example = exampleNamed(GUIDE, "device.js");
  const program = await project.write("device.js", example.code);
  expect(await project.run(node("20"), [program], { SHARE_URL: server.url() })).toBe(example.prints);
});

describe.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("strict TypeScript, modules as %s, resolved as by %s", (module, moduleResolution) => {
  test.each(["6", "7"])("TypeScript %s has no complaint, and what it writes runs", async (version) => {
    const modules = version === "6" ? tools : join(ROOT, "node_modules");
    const options = {
      ...{
        strict: true,
        skipLibCheck: false,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
      },
      ...{ noPropertyAccessFromIndexSignature: true, verbatimModuleSyntax: true },
      ...{ target: "es2022", lib: ["es2022", "dom"], types: [], module, moduleResolution, outDir: "typed" },
    };
    const settings = JSON.stringify({ compilerOptions: options, files: ["typed.ts"] });
    await project.write("tsconfig.json", settings);
    await project.run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", "tsconfig.json"]);
    const printed = await project.run(node("20"), ["typed/typed.js"], { SHARE_URL: server.url() });
    expect(printed).toBe("true a share of a seed\n");
  });
});

describe("bundled", () => {
  test("by esbuild for Node, it runs where nothing is installed", async () => {
    const example = firstExample(CLIENT_README);
    await project.write("example.js", withServer(example, server.url()));
    const program = join(project.folder, "alone/bundle.js");
    const entryPoints = [join(project.folder, "example.js")];
    await bundle({ ...BUNDLED, entryPoints, outfile: program, platform: "node", target: "node20.19" });
    expect(await project.run(node("20"), [program])).toBe(example.prints);
  });

  test("by esbuild for browsers, it is small and runs in one", async () => {
    const example = exampleNamed(GUIDE, "browser-wallet.js");
    await project.write("browser-wallet.js", withServer(example, server.url()));
    await mkdir(join(project.folder, "esbuild-site"));
    const outputs = await bundleInto("esbuild-site", "browser-wallet.js");
    const first = fetchedFirst(outputs, "browser-wallet.js");
    const size = gzippedSize("esbuild-site", first);
    const later = gzippedSize(
      "esbuild-site",
      Object.keys(outputs).filter((file) => !first.includes(file)),
    );
    process.stdout.write(
      `browser bundle: ${size} bytes of gzip, and ${later} for keys of ML-DSA, ML-KEM and SSH\n`,
    );
    expect(size).toBeLessThanOrEqual(MAX_BUNDLE);
    expect(later).toBeGreaterThan(0);
    await project.write("esbuild-site/index.html", page("browser-wallet.js"));
    expect(await textOfPage(join(project.folder, "esbuild-site"), /Got back/)).toBe(
      "Got back: a share of a seed",
    );
  });

  test("by Vite, it runs in a browser", async () => {
    const example = exampleNamed(GUIDE, "browser-wallet.js");
    await project.write("browser-wallet.js", withServer(example, server.url()));
    await project.write("index.html", page("/browser-wallet.js"));
    const outDir = join(project.folder, "vite-site");
    await buildSite({ root: project.folder, configFile: false, logLevel: "error", build: { outDir } });
    expect(await textOfPage(outDir, /Got back/)).toBe("Got back: a share of a seed");
  });

  test("by wrangler, it runs in workerd without Node's modules", async () => {
    const configPath = await project.write(
      "wrangler.json",
      JSON.stringify({ name: "wallet", main: "worker.js", compatibility_date: "2026-10-30" }),
    );
    const harness = createTestHarness({
      root: project.folder,
      workers: [{ configPath, vars: { SHARE_URL: server.url() } }],
    });
    try {
      await harness.listen();
      expect(await (await harness.fetch("/")).text()).toBe("a share of a seed");
    } finally {
      await harness.close();
    }
  });
});

test.each(LIBRARIES)("the types of %s are right for ES modules", async (name) => {
  const attw = createRequire(join(tools, "index.js")).resolve("@arethetypeswrong/cli/package.json");
  const words = [join(dirname(attw), "dist/index.js"), "--profile", "esm-only", project.tarballs[name]];
  await project.run(process.execPath, words);
});

describe.each([...LIBRARIES, "cli"] as const)("the tarball of %s", (name) => {
  test("has nothing that publint would mend", async () => {
    const publint = join(tools, "publint/src/cli.js");
    await project.run(process.execPath, [publint, project.tarballs[name], "--strict"]);
  });

  test("has a README, and the licence of all that is inside, and no tests", async () => {
    const files = (await project.run("tar", ["-tzf", project.tarballs[name]])).split("\n");
    expect(files).toEqual(expect.arrayContaining(["package/README.md", "package/LICENSE"]));
    const carriesOthers = name === CARRIER || name === "cli";
    expect(files.includes("package/THIRD-PARTY-LICENSES.md")).toBe(carriesOthers);
    expect(files.filter((file) => file.includes(".test."))).toEqual([]);
  });

  test("does not tell where it was packed", async () => {
    const content = await project.run("tar", ["-xOzf", project.tarballs[name]]);
    for (const folder of [ROOT, homedir()]) expect(content).not.toContain(`${folder}/`);
    expect(content).not.toMatch(/share-(pack|compile)-/);
  });
});

function page(script: string): string {
  return `<!doctype html><title>Wallet</title><body><script type="module" src="${script}"></script></body>`;
}
