// The page on vampnet serve, which computes: node tests/remote.mjs CHROMIUM ADDRESS SOUND.wav EXPECTED.json [SCREENSHOTS]
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [executablePath, address, sound, expectedFile, screenshots] = process.argv.slice(2);
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const AUDIO_BUDGET = 1e-3;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  const tab = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  tab.setDefaultTimeout(120_000);
  const errors = [];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  tab.on("pageerror", (error) => errors.push(String(error)));
  await tab.goto(address);
  await tab.locator("#where:not([hidden])").waitFor();
  await tab.selectOption("#place", "server");
  await tab.setInputFiles("#file", sound);
  await tab.locator("#vamp:not([disabled])").waitFor();
  assert.equal(await tab.locator("#token-view").isVisible(), false, "tokens are the server's");
  await tab.selectOption("#preset", expected.preset);
  await tab.fill("#seed", String(expected.seed));
  await tab.fill("#steps", String(expected.steps));
  if (expected.token) {
    await tab.locator("#vamp").click();
    await tab.locator("#error:not([hidden])").filter({ hasText: "Found no token" }).waitFor();
    // The browser tells of every refused request.
    errors.length = 0;
    await tab.fill("#token", expected.token);
  }
  await tab.locator("#vamp:not([disabled])").click();
  await tab.locator("#result").waitFor();
  const { audio } = await tab.evaluate(() => window.vampnet);
  assert.equal(audio.length, expected.audio.length);
  const worst = audio.reduce((worst, sample, at) => Math.max(worst, Math.abs(sample - expected.audio[at])), 0);
  assert.ok(worst <= AUDIO_BUDGET, `audio differs by ${worst}`);
  assert.deepEqual(errors, []);
  console.log(`on the server: audio within ${worst.toExponential(1)}`);
  if (screenshots) {
    mkdirSync(screenshots, { recursive: true });
    await tab.screenshot({ path: join(screenshots, "web-server.png") });
  }
  console.log("passed");
} finally {
  await browser.close();
}
process.exit(process.exitCode ?? 0);
