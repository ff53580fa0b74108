// How long the page takes: node tests/time.mjs CHROMIUM MODELS SOUND [STEPS] [THREADS]
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const [executablePath, models, sound, steps = "12", threads = "2"] = process.argv.slice(2);
const server = await serve(fileURLToPath(new URL("../dist", import.meta.url)), models);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(600_000);
  await tab.goto(`${server.address}?threads=${threads}`);
  const time = async (what, work) => {
    const start = performance.now();
    await work();
    console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  };
  await time("encode", async () => {
    await tab.setInputFiles("#file", sound);
    await tab.locator("#vamp:not([disabled])").waitFor();
  });
  await tab.fill("#steps", steps);
  await time(`vamp, ${steps} steps`, async () => {
    await tab.locator("#vamp:not([disabled])").click();
    await tab.locator("#result").waitFor();
  });
  console.log(await tab.textContent("#machine"));
} finally {
  await browser.close();
  server.close();
}
process.exit(process.exitCode ?? 0);
