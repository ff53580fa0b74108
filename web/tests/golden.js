// Upstream's recorded generations through step graphs on onnxruntime-web. It holds no sampling code: what is here is the loop of
// docs/step.md, and how Interface.vamp cuts a piece into chunks.
import * as ort from "/ort/ort.wasm.min.mjs";

/** Codes [B,C,T] as plain numbers. */
class Grid {
  constructor(batch, codebooks, frames, values = new Array(batch * codebooks * frames).fill(0)) {
    Object.assign(this, { batch, codebooks, frames, values });
  }

  static build(batch, codebooks, frames, at) {
    const grid = new Grid(batch, codebooks, frames);
    grid.values = grid.values.map((_, index) => at(Math.floor(index / (codebooks * frames)), Math.floor(index / frames) % codebooks, index % frames));
    return grid;
  }

  at(piece, codebook, frame) {
    return this.values[(piece * this.codebooks + codebook) * this.frames + frame];
  }

  /** Codebooks from and frames from, so many of each; what lies beyond the end is the filler. */
  part(codebook, codebooks, frame, frames, filler = 0) {
    return Grid.build(this.batch, codebooks, frames, (b, c, t) => (codebook + c < this.codebooks && frame + t < this.frames ? this.at(b, codebook + c, frame + t) : filler));
  }

  static joinFrames(parts) {
    const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, part) => sum + part.frames, 0));
    const frames = parts.reduce((sum, part) => sum + part.frames, 0);
    const owner = (t) => starts.findLastIndex((start) => start <= t);
    return Grid.build(parts[0].batch, parts[0].codebooks, frames, (b, c, t) => parts[owner(t)].at(b, c, t - starts[owner(t)]));
  }

  joinCodebooks(other) {
    return Grid.build(this.batch, this.codebooks + other.codebooks, this.frames, (b, c, t) => (c < this.codebooks ? this.at(b, c, t) : other.at(b, c - this.codebooks, t)));
  }

  roll(offset) {
    return Grid.build(this.batch, this.codebooks, this.frames, (b, c, t) => this.at(b, c, (((t - offset) % this.frames) + this.frames) % this.frames));
  }
}

const hide = (codes, mask, token) => Grid.build(codes.batch, codes.codebooks, codes.frames, (b, c, t) => (mask.at(b, c, t) ? token : codes.at(b, c, t)));
const int64 = (values, dims) => new ort.Tensor("int64", BigInt64Array.from(values, BigInt), dims);
const single = (value) => new ort.Tensor("float32", Float32Array.of(value), []);

/** A golden file: its metadata, its tensors, and the draws in their order. */
async function read(address) {
  const bytes = await (await fetch(address)).arrayBuffer();
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  const data = (name) => bytes.slice(8 + length + header[name].data_offsets[0], 8 + length + header[name].data_offsets[1]);
  const grid = (name) => new Grid(...header[name].shape, Array.from(new BigInt64Array(data(name)), Number));
  const taken = { token_exponential: 0, mask_uniform: 0 };
  const draw = (kind) => {
    const name = `${kind}.${taken[kind]++}`;
    return new ort.Tensor("float32", new Float32Array(data(name)), header[name].shape);
  };
  const isExhausted = () => Object.entries(taken).every(([kind, count]) => !(`${kind}.${count}` in header));
  return { metadata: header.__metadata__, grid, draw, isExhausted };
}

async function generate(model, golden, codes, mask, options) {
  const { session, step, conditioning, vocabulary } = model;
  const shape = [codes.batch, codes.codebooks, codes.frames];
  const masked = hide(codes, mask, vocabulary);
  const maskedAtStart = masked.values.filter((code) => code === vocabulary).length;
  const restore = (values) => Grid.build(...shape, (b, c, t) => (c < conditioning ? codes.at(b, c, t) : Number(values[(b * shape[1] + c) * shape[2] + t])));
  const cutoff = options.sample_cutoff ?? 1;
  let [current, tokens] = [masked, masked];
  for (let index = 0; index < options.steps; index++) {
    const { logits } = await session.run({ codes: int64(current.values, shape) });
    const rows = logits.size / vocabulary;
    const exponential =
      index / options.steps <= cutoff ? golden.draw("token_exponential") : new ort.Tensor("float32", new Float32Array(logits.size).fill(1), [rows, vocabulary]);
    const outputs = await step.run({
      codes: int64(current.values, shape),
      logits,
      step: int64([index], []),
      steps: int64([options.steps], []),
      temperature: single(options.temperature ?? 1),
      mask_temperature: single(options.mask_temperature ?? 10.5),
      top_p: single(options.top_p ?? 1),
      sample_cutoff: new ort.Tensor("float64", Float64Array.of(cutoff), []),
      masked_at_start: int64([maskedAtStart], []),
      token_exponential: exponential,
      mask_uniform: golden.draw("mask_uniform"),
    });
    [current, tokens] = [restore(outputs.next_codes.data), restore(outputs.tokens.data)];
  }
  return tokens;
}

async function vamp(coarse, fine, golden, options) {
  const { batch, feedback, stretch, coarseFrames, fineFrames } = options;
  const [given, givenMask] = [golden.grid("codes"), golden.grid("mask")];
  let codes = Grid.build(batch, given.codebooks, given.frames * stretch, (b, c, t) => given.at(0, c, Math.floor(t / stretch)));
  const mask = Grid.build(batch, givenMask.codebooks, codes.frames, (b, c, t) => (t % stretch ? 1 : givenMask.at(0, c, t / stretch)));
  const all = (grid) => grid.values.every((cell) => cell !== 0);
  let shown;
  for (let pass = 0; pass < feedback; pass++) {
    const [generated, hidden] = [[], []];
    for (let start = 0; start < codes.frames; start += coarseFrames) {
      const frames = Math.min(coarseFrames, codes.frames - start);
      const part = mask.part(0, coarse.codebooks, start, frames);
      const chunkMask = all(part) ? part : Grid.build(batch, coarse.codebooks, frames, (b, c, t) => (t === 0 || t === frames - 1 ? 0 : part.at(b, c, t)));
      const chunk = hide(codes.part(0, coarse.codebooks, start, frames), chunkMask, coarse.vocabulary);
      hidden.push(chunk);
      generated.push(await generate(coarse, golden, chunk, chunkMask, options));
    }
    codes = Grid.joinFrames(generated).joinCodebooks(codes.part(coarse.codebooks, codes.codebooks - coarse.codebooks, 0, codes.frames));
    shown = Grid.joinFrames(hidden).roll((pass + 1) % feedback);
  }
  const generated = [];
  const fineMask = Grid.build(batch, fine.codebooks, Math.ceil(codes.frames / fineFrames) * fineFrames, (b, c, t) => (c < fine.conditioning ? 0 : t < mask.frames ? mask.at(b, c, t) : 1));
  for (let start = 0; start < codes.frames; start += fineFrames) {
    const chunk = codes.part(0, fine.codebooks, start, fineFrames);
    generated.push(await generate(fine, golden, chunk, fineMask.part(0, fine.codebooks, start, fineFrames), { steps: 2 }));
  }
  const tokens = Grid.joinFrames(generated).part(0, fine.codebooks, 0, codes.frames);
  const masked = shown.joinCodebooks(hide(tokens, fineMask, fine.vocabulary).part(coarse.codebooks, fine.codebooks - coarse.codebooks, 0, codes.frames));
  return { tokens, masked };
}

async function load(name) {
  const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all" };
  const bytes = async (file) => new Uint8Array(await (await fetch(`/graphs/${file}`)).arrayBuffer());
  const externalData = [{ path: `${name}.onnx.data`, data: await bytes(`${name}.onnx.data`) }];
  return {
    session: await ort.InferenceSession.create(await bytes(`${name}.onnx`), { ...options, externalData }),
    step: await ort.InferenceSession.create(await bytes(`${name}_step.onnx`), options),
  };
}

const equal = (found, expected) => found.values.length === expected.values.length && found.values.every((value, index) => value === expected.values[index]);

/** Runs files and gives a line for each: its name, and whether the tokens are upstream's and all draws were taken. */
window.runGolden = async (files, shapes, framesPerSecond, threads) => {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.logLevel = "error";
  const models = {};
  for (const name of ["coarse", "c2f"]) {
    models[name] = { ...(await load(name)), codebooks: shapes[name].n_codebooks, conditioning: shapes[name].n_conditioning_codebooks, vocabulary: shapes[name].vocab_size };
  }
  const results = [];
  for (const file of files) {
    const golden = await read(`/golden/${file}`);
    const options = JSON.parse(golden.metadata.options);
    let isEqual;
    if (file.startsWith("generate")) {
      const model = models[file.startsWith("generate_c2f") ? "c2f" : "coarse"];
      const tokens = await generate(model, golden, golden.grid("start_tokens"), golden.grid("mask"), { ...options, steps: Number(golden.metadata.sampling_steps) });
      isEqual = equal(tokens, golden.grid("tokens"));
    } else {
      const { tokens, masked } = await vamp(models.coarse, models.c2f, golden, {
        ...options,
        steps: options._sampling_steps,
        batch: Number(golden.metadata.batch_size),
        feedback: options.feedback_steps ?? 1,
        stretch: options.time_stretch_factor ?? 1,
        coarseFrames: Math.ceil(Number(golden.metadata.coarse_chunk_s) * framesPerSecond),
        fineFrames: Math.ceil(Number(golden.metadata.c2f_chunk_s) * framesPerSecond),
      });
      isEqual = equal(tokens, golden.grid("tokens")) && equal(masked, golden.grid("masked"));
    }
    results.push({ file, isEqual, isExhausted: golden.isExhausted(), threads: ort.env.wasm.numThreads, isIsolated: self.crossOriginIsolated });
  }
  return results;
};
document.title = "ready";
