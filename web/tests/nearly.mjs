// The page where it may round otherwise than the native pipeline: node tests/nearly.mjs CHROMIUM MODELS SOUND.wav EXPECTED.json [webgpu]
// With INT8 transformers, what WebAssembly sums in another order may round the other way. WebGPU sums in an order of its own; here an adapter in software computes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const [executablePath, models, sound, expectedFile, place = "wasm"] = process.argv.slice(2);
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const SOFTWARE_ADAPTER = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan,WebGPU", "--use-vulkan=swiftshader"];
const isGpu = place === "webgpu";

const shareOf = (pairs) => pairs.filter(([found, native]) => found === native).length / pairs.length;
const server = await serve(fileURLToPath(new URL("../dist", import.meta.url)), models);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", ...(isGpu ? SOFTWARE_ADAPTER : [])] });
try {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(150_000);
  const errors = [];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  tab.on("pageerror", (error) => errors.push(String(error)));
  await tab.goto(`${server.address}?threads=2`);
  if (isGpu) {
    if (!(await tab.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter())))) {
      console.log("skipped: this Chromium has no WebGPU adapter");
      process.exit(0);
    }
    await tab.locator("#where:not([hidden])").waitFor();
    await tab.selectOption("#place", "webgpu");
    await tab.locator("#machine").filter({ hasText: "WebGPU" }).waitFor();
  }
  await tab.setInputFiles("#file", sound);
  await tab.locator("#piece").waitFor();
  await tab.selectOption("#preset", expected.preset);
  await tab.fill("#seed", String(expected.seed));
  await tab.fill("#steps", String(expected.steps));
  await tab.locator("#steps").press("Tab");
  await tab.locator("#vamp:not([disabled])").click();
  await tab.locator("#result").waitFor();
  const found = await tab.evaluate(() => window.vampnet);
  const input = shareOf(found.input.map((code, at) => [code, expected.input[at]]));
  const generated = shareOf(found.codes.map((code, at) => [code, expected.codes[at]]).filter((_, at) => expected.mask[at]));
  console.log(`${isGpu ? "WebGPU" : "INT8"}: ${(100 * input).toFixed(1)} % of the sound's codes and ${(100 * generated).toFixed(1)} % of the generated ones equal to native's`);
  assert.deepEqual(found.mask, expected.mask, "mask");
  assert.ok(isGpu ? input >= expected.leastShare : input === 1, `only ${input} of the sound's codes are equal`);
  assert.ok(generated >= expected.leastShare, `only ${generated} of the generated codes are equal`);
  assert.deepEqual(errors, []);
  console.log("passed");
} finally {
  await browser.close();
  server.close();
}
process.exit(process.exitCode ?? 0);
