// Upstream's recorded generations in a real browser: node tests/golden.mjs CHROMIUM GRAPHS GOLDEN
// GRAPHS holds the exported models with their step graphs and manifest.json, GOLDEN the recordings generate_*.safetensors and vamp*.safetensors.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const [executablePath, graphs, golden] = process.argv.slice(2);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const manifest = JSON.parse(readFileSync(join(graphs, "manifest.json"), "utf8"));
const shapes = Object.fromEntries(["coarse", "c2f"].map((name) => [name, manifest.models[name].configuration]));
const codec = manifest.models.codec_decoder.configuration;
const framesPerSecond = codec.sample_rate / codec.decoder_rates.reduce((product, rate) => product * rate, 1);
const files = readdirSync(golden).filter((name) => /^(generate_|vamp).*\.safetensors$/.test(name) && !name.endsWith("_decoded.safetensors"));
assert.ok(files.length > 0, `no recordings in ${golden}`);

const page = mkdtempSync(join(tmpdir(), "vampnet-golden-"));
writeFileSync(join(page, "index.html"), '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/tests/golden.js"></script>');
const server = await serve(page, graphs, { "/tests/": here("."), "/ort/": here("../node_modules/onnxruntime-web/dist"), "/graphs/": graphs, "/golden/": golden });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const threads of [1, 2]) {
    const tab = await browser.newPage();
    const errors = [];
    tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    tab.on("pageerror", (error) => errors.push(String(error)));
    await tab.goto(server.address);
    await tab.waitForFunction(() => document.title === "ready");
    const results = await tab.evaluate((given) => window.runGolden(...given), [files, shapes, framesPerSecond, threads]);
    for (const { file, isEqual, isExhausted, threads: used, isIsolated } of results) {
      assert.ok(isIsolated, "the page is not isolated");
      assert.equal(used, threads);
      assert.ok(isEqual, `${file}: tokens differ from upstream's`);
      assert.ok(isExhausted, `${file}: draws are left`);
      console.log(`${file}, ${threads} thread${threads > 1 ? "s" : ""}: tokens equal`);
    }
    assert.deepEqual(errors, []);
    await tab.close();
  }
  console.log("passed");
} finally {
  await browser.close();
  server.close();
  rmSync(page, { recursive: true, force: true });
}
process.exit(process.exitCode ?? 0);
