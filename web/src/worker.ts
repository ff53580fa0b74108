import { Engine } from "./engine";
import { buildMask } from "./mask";
import { dropOldModels, listModels, type ModelList } from "./models";
import { SeededDraws } from "./philox";
import { prepare } from "./prepare";
import type { Answer, Request } from "./protocol";
import { findBeats } from "./rhythm";
import { Codes, Vamper } from "./vamp";

let engine: Engine;
let vamper: Vamper;
let list: ModelList;
let codes: Codes;
let samples: Float32Array;
let beats: number[] | undefined;
const announced = new Map<string, number>();

const answer = (message: Answer) => self.postMessage(message);

self.onmessage = async (event: MessageEvent<Request>) => {
  try {
    await serve(event.data);
  } catch (problem) {
    answer({ kind: "failed", message: problem instanceof Error ? problem.message : String(problem) });
  }
};

async function serve(request: Request): Promise<void> {
  switch (request.kind) {
    case "open": {
      list = await listModels(request.base);
      await dropOldModels(request.base, list);
      engine = await Engine.open(request.base, list, request.threads, request.device);
      vamper = new Vamper(engine, list);
      const bytes = Object.values(list.files).flat().reduce((sum, file) => sum + file.bytes, 0);
      const { n_codebooks: codebooks, codebook_size: vocabulary } = list.codec;
      answer({ kind: "opened", codebooks, vocabulary, sampleRate: vamper.rate, hop: vamper.hop, megabytes: bytes / 1e6, threads: engine.threads });
      break;
    }
    case "encode": {
      samples = prepare(request.sound, vamper.rate, vamper.hop);
      beats = undefined;
      codes = await vamper.encode(samples, watch(samples.length / vamper.hop * 14));
      answer({ kind: "encoded", samples, codes: codes.values, frames: codes.frames });
      break;
    }
    case "mask": {
      const draws = new SeededDraws(request.seed);
      const { beatSeconds } = request.preset;
      if (beatSeconds > 0) beats ??= findBeats(samples, vamper.rate, vamper.hop);
      const beatFrames = Math.ceil((beatSeconds * vamper.rate) / vamper.hop);
      const mask = buildMask(codes.codebooks, codes.frames, request.preset, draws, beatSeconds > 0 ? beats : [], beatFrames);
      answer({ kind: "masked", mask, draws: draws.count });
      break;
    }
    case "vamp": {
      const progress = watch(vamper.units(codes.frames, request.settings.steps));
      const vamped = await vamper.generate(codes, request.mask, request.draws, request.settings, progress);
      const audio = await vamper.decode(vamped, progress);
      await engine.release();
      answer({ kind: "vamped", audio, codes: vamped.values });
      break;
    }
  }
}

// The time left follows from the units of work already done: none is told before a tenth of a second's worth.
function watch(total: number) {
  let done = 0;
  const started = performance.now();
  return {
    work(text: string, units: number) {
      done += units;
      const seconds = (performance.now() - started) / 1000;
      const share = Math.min(1, done / total);
      answer({ kind: "progress", text, share, secondsLeft: seconds > 0.1 ? (seconds / done) * Math.max(0, total - done) : null });
    },
    loading(name: string, bytes: number) {
      const loaded = (announced.get(name) ?? 0) + bytes;
      announced.set(name, loaded);
      const expected = list.files[name].reduce((sum, file) => sum + file.bytes, 0);
      const shown = `loading ${name.replaceAll("_", " ")}: ${(loaded / 1e6).toFixed(1)} of ${(expected / 1e6).toFixed(1)} MB`;
      if (loaded >= expected) announced.delete(name);
      answer({ kind: "progress", text: shown, share: Math.min(1, done / total), secondsLeft: null });
    },
  };
}
