// Bundles the third-party browser code into webui/static/vendor/, with the licence of everything that went in.
import * as esbuild from "esbuild";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "..", "..");
const vendor = join(root, "webui", "static", "vendor");
const modules = join(here, "node_modules");
// Copied as they are; everything else arrives through the bundler, which reports what it used.
const copied = [
  ["world-atlas", "countries-110m.json", "countries-110m.json"],
  ["world-atlas", "countries-50m.json", "countries-50m.json"],
];

// dagre carries this inside its own file, without its licence.
const carried = ["@dagrejs/graphlib"];

const packageOf = (path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];

function licenceOf(name) {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ${version} ships no licence text; do not bundle it`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
const { metafile } = await esbuild.build({
  absWorkingDir: here,
  entryPoints: ["src/editor.js", "src/graph.js", "src/map.js"],
  outdir: vendor,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  // Files, never data: URLs, so that a page can keep to default-src 'self'.
  loader: { ".png": "file", ".svg": "file" },
  assetNames: "[name]",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
for (const [name, from, to] of copied) cpSync(join(modules, name, from), join(vendor, to));

const used = new Set([...carried, ...copied.map(([name]) => name)]);
for (const output of Object.values(metafile.outputs))
  for (const input of Object.keys(output.inputs)) if (packageOf(input)) used.add(packageOf(input));
writeFileSync(join(vendor, "LICENSES.txt"), [...used].sort().map(licenceOf).join(`\n${"-".repeat(78)}\n\n`));

// Only tests read this one; it is never served and never in the wheel.
if (existsSync(join(modules, "axe-core"))) {
  mkdirSync(join(root, "build"), { recursive: true });
  cpSync(join(modules, "axe-core", "axe.min.js"), join(root, "build", "axe.min.js"));
}
