// The page in a real browser: node tests/page.mjs CHROMIUM MODELS SOUND.wav EXPECTED.json [SCREENSHOTS]
// EXPECTED.json holds what the native pipeline made of the sound: preset, seed, steps, input, mask, codes and audio.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const [executablePath, models, sound, expectedFile, screenshots] = process.argv.slice(2);
const page = fileURLToPath(new URL("../dist", import.meta.url));
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "vampnet-web-"));
const AUDIO_BUDGET = 1e-3;
const PATIENCE = 240_000;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const context = await browser.newContext({ viewport: { width: 1100, height: 1300 } });
context.setDefaultTimeout(PATIENCE);

/** Opens the page; what it writes to the console as an error, and every address of another origin, is kept. */
async function visit(server, search = "") {
  const tab = await context.newPage();
  const [errors, foreign] = [[], []];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  tab.on("pageerror", (error) => errors.push(String(error)));
  tab.on("request", (request) => /^https?:/.test(request.url()) && !request.url().startsWith(server.address) && foreign.push(request.url()));
  await tab.goto(server.address + search);
  return { tab, errors, foreign };
}

async function vamp(tab) {
  await tab.setInputFiles("#file", sound);
  await tab.locator("#piece").waitFor();
  await tab.selectOption("#preset", expected.preset);
  await tab.fill("#seed", String(expected.seed));
  await tab.fill("#steps", String(expected.steps));
  await tab.locator("#steps").press("Tab");
  await tab.locator("#vamp:not([disabled])").click();
  await tab.locator("#result").waitFor();
  return tab.evaluate(() => window.vampnet);
}

function compare(found, what) {
  assert.deepEqual(found.input, expected.input, `${what}: codes of the sound`);
  assert.deepEqual(found.mask, expected.mask, `${what}: mask`);
  assert.deepEqual(found.codes, expected.codes, `${what}: codes of the vamp`);
  assert.equal(found.audio.length, expected.audio.length, `${what}: samples`);
  const worst = found.audio.reduce((worst, sample, at) => Math.max(worst, Math.abs(sample - expected.audio[at])), 0);
  assert.ok(worst <= AUDIO_BUDGET, `${what}: audio differs by ${worst}`);
  console.log(`${what}: codes equal, audio within ${worst.toExponential(1)}`);
}

function wav(seconds, rate) {
  const header = Buffer.alloc(44 + seconds * rate, 128);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + seconds * rate, 4);
  header.write("WAVEfmt ", 8);
  [[16, 4], [1, 2], [1, 2], [rate, 4], [rate, 4], [1, 2], [8, 2]].reduce((at, [value, size]) => header.writeUIntLE(value, at, size), 16);
  header.write("data", 36);
  header.writeUInt32LE(seconds * rate, 40);
  return header;
}

async function refuses(tab, name, bytes, message) {
  writeFileSync(join(scratch, name), bytes);
  await tab.setInputFiles("#file", join(scratch, name));
  await tab.locator("#error:not([hidden])").filter({ hasText: message }).waitFor({ timeout: 20_000 });
  console.log(`${name}: ${await tab.textContent("#error")}`);
}

try {
  const server = await serve(page, models);
  for (const threads of [2, 1]) {
    const { tab, errors, foreign } = await visit(server, `?threads=${threads}`);
    assert.ok(await tab.evaluate(() => self.crossOriginIsolated), "the page is not isolated");
    compare(await vamp(tab), `${threads} thread${threads > 1 ? "s" : ""}`);
    assert.match(await tab.textContent("#machine"), new RegExp(`Threads: ${threads}\\.`));
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
    if (screenshots && threads === 2) {
      mkdirSync(screenshots, { recursive: true });
      await tab.screenshot({ path: join(screenshots, "web.png") });
      await tab.emulateMedia({ colorScheme: "dark" });
      await tab.screenshot({ path: join(screenshots, "web-dark.png") });
    }
    if (threads === 1) {
      // Without a network: the page from its service worker, the models from their cache.
      await tab.evaluate(() => navigator.serviceWorker.ready);
      await context.setOffline(true);
      await tab.reload();
      compare(await vamp(tab), "offline");
      assert.deepEqual(errors, []);
      await context.setOffline(false);
    }
    await tab.close();
  }

  if (expected.beats) {
    const { tab, errors } = await visit(server, "?threads=1");
    await tab.setInputFiles("#file", expected.beats.sound);
    await tab.locator("#piece").waitFor();
    await tab.fill("#seed", String(expected.seed));
    for (const [preset, mask] of Object.entries(expected.beats.masks)) {
      await tab.evaluate(() => delete window.vampnetMask);
      await tab.selectOption("#preset", preset);
      await tab.evaluate(() => document.getElementById("preset").dispatchEvent(new Event("change")));
      await tab.waitForFunction(() => window.vampnetMask);
      assert.deepEqual(await tab.evaluate(() => window.vampnetMask), mask, `${preset}: mask`);
      console.log(`${preset}: mask equal`);
    }
    assert.deepEqual(errors, []);
    await tab.close();
  }
  server.close();

  const second = await serve(page, models);
  const { tab, errors } = await visit(second, "?threads=1");
  await refuses(tab, "empty.wav", Buffer.alloc(0), "Found an empty file");
  await refuses(tab, "text.mp3", Buffer.from("no sound at all"), "cannot read as a sound");
  await refuses(tab, "long.wav", wav(1200, 8000), "Found a sound of 20:00 minutes");
  await refuses(tab, "silent.wav", wav(1, 8000), "no sample differs");
  await refuses(tab, "cut.wav", wav(1, 8000).subarray(0, 36), "WAVE file without samples");

  await tab.setInputFiles("#file", sound);
  await tab.locator("#vamp:not([disabled])").waitFor();
  await tab.locator("#tokens").focus();
  const before = await tab.textContent("#cursor");
  await tab.keyboard.press("End");
  await tab.keyboard.press(" ");
  assert.notEqual(await tab.textContent("#cursor"), before);
  const cursor = await tab.textContent("#cursor");
  await tab.keyboard.press(" ");
  assert.notEqual(await tab.textContent("#cursor"), cursor, "the space bar changes the frame");

  await tab.setViewportSize({ width: 360, height: 740 });
  assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, "wider than a phone");
  assert.deepEqual(errors, []);
  await tab.close();
  second.close();

  for (const [name, damage, message] of [
    ["cut", (bytes) => bytes.subarray(0, bytes.length / 2), "codec_encoder.onnx damaged"],
    ["gone", () => null, "Found no codec_encoder.onnx"],
  ]) {
    const folder = join(scratch, name);
    mkdirSync(folder);
    readdirSync(models).forEach((file) => copyFileSync(join(models, file), join(folder, file)));
    const damaged = damage(readFileSync(join(folder, "codec_encoder.onnx")));
    damaged === null ? rmSync(join(folder, "codec_encoder.onnx")) : writeFileSync(join(folder, "codec_encoder.onnx"), damaged);
    const third = await serve(page, folder);
    const { tab: broken } = await visit(third);
    await broken.setInputFiles("#file", sound);
    await broken.locator("#error:not([hidden])").filter({ hasText: message }).waitFor();
    console.log(`${name} model: ${await broken.textContent("#error")}`);
    await broken.close();
    third.close();
  }
  console.log("passed");
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(process.exitCode ?? 0);
