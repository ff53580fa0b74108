// Copies a folder of exported models into the page's public folder and lists them: node scripts/models.mjs FROM TO
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);
const graphs = ["codec_encoder", "coarse", "coarse_step_seeded", "c2f", "c2f_step_seeded", "codec_decoder"];
const manifest = JSON.parse(readFileSync(join(from, "manifest.json"), "utf8"));
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
const files = {};
for (const graph of graphs) {
  files[graph] = [`${graph}.onnx`, `${graph}.onnx.data`]
    .filter((name) => existsSync(join(from, name)))
    .map((name) => {
      copyFileSync(join(from, name), join(to, name));
      const sha256 = createHash("sha256").update(readFileSync(join(from, name))).digest("hex");
      return { name, bytes: statSync(join(from, name)).size, sha256 };
    });
  if (files[graph].length === 0) {
    throw new Error(`Found no ${graph}.onnx in ${from}. Expected models exported with --step.`);
  }
}
const { coarse, c2f, codec_decoder: codec } = manifest.models;
writeFileSync(
  join(to, "models.json"),
  JSON.stringify({ coarse: coarse.configuration, c2f: c2f.configuration, codec: codec.configuration, files }, null, 1),
);
const megabytes = Object.values(files).flat().reduce((sum, file) => sum + file.bytes, 0) / 1e6;
console.log(`${to}: ${megabytes.toFixed(1)} MB of models`);
