import { chunks, decoderContext, encoderContext } from "./context";
import { double, Engine, float32, int64, integer, single, unsigned, type Tensors } from "./engine";
import type { ModelList } from "./models";
import type { Settings } from "./protocol";

const CODEC_CHUNK = 575;
const COARSE_SECONDS = 10;
const FINE_SECONDS = 3;
const FINE_STEPS = 2;

/** Codes of one piece, [codebook][frame] in one array. */
export class Codes {
  readonly values: BigInt64Array;

  constructor(
    readonly codebooks: number,
    readonly frames: number,
    values?: BigInt64Array,
  ) {
    this.values = values ?? new BigInt64Array(codebooks * frames);
  }

  /** A part of the codebooks and frames; frames beyond the end are 0. */
  slice(codebooks: number, start: number, frames: number): Codes {
    const part = new Codes(codebooks, frames);
    const end = Math.min(this.frames, start + frames);
    for (let codebook = 0; codebook < codebooks; codebook++) {
      part.values.set(this.values.subarray(codebook * this.frames + start, codebook * this.frames + end), codebook * frames);
    }
    return part;
  }

  /** Puts a part back, as far as it fits. */
  paste(part: Codes, start: number): void {
    const count = Math.min(part.frames, this.frames - start);
    for (let codebook = 0; codebook < part.codebooks; codebook++) {
      this.values.set(part.values.subarray(codebook * part.frames, codebook * part.frames + count), codebook * this.frames + start);
    }
  }
}

/** Told of work done, in units of about one transformer pass over one frame. */
export interface Watch {
  work(text: string, units: number): void;
  loading(name: string, bytes: number): void;
}

/** Encode, generate and decode over exported models: upstream's Interface.vamp for one piece, as VampNet.Runtime does it. */
export class Vamper {
  constructor(
    private readonly engine: Engine,
    private readonly list: ModelList,
  ) {}

  get hop(): number {
    return this.list.codec.decoder_rates.reduce((product, rate) => product * rate, 1);
  }

  get rate(): number {
    return this.list.codec.sample_rate;
  }

  async encode(samples: Float32Array, watch: Watch): Promise<Codes> {
    const hop = this.hop;
    const codes = new Codes(this.list.codec.n_codebooks, Math.ceil(samples.length / hop));
    for (const chunk of chunks(codes.frames, CODEC_CHUNK, encoderContext(this.list.codec.encoder_rates))) {
      const audio = samples.slice(chunk.from * hop, (chunk.from + chunk.frames) * hop);
      const outputs = await this.run("codec_encoder", { audio: float32(audio, [1, 1, audio.length]) }, watch);
      const part = new Codes(codes.codebooks, chunk.frames, outputs.codes.data as BigInt64Array);
      const wanted = new Codes(codes.codebooks, chunk.count);
      wanted.values.set(part.slice(codes.codebooks, chunk.start - chunk.from, chunk.count).values);
      codes.paste(wanted, chunk.start);
      watch.work("encoding", chunk.count * COST.encode);
    }
    return codes;
  }

  async decode(codes: Codes, watch: Watch): Promise<Float32Array> {
    const { decoder_rates: rates, codec } = this.list.codec;
    const missing = rates.reduce((sum, rate) => sum * rate + (rate % 2), 0);
    const audio = new Float32Array(codes.frames * this.hop - missing);
    for (const chunk of chunks(codes.frames, CODEC_CHUNK, decoderContext(rates, codec === "dac"))) {
      const part = codes.slice(codes.codebooks, chunk.from, chunk.frames);
      const outputs = await this.run("codec_decoder", { codes: int64(part.values, [1, part.codebooks, part.frames]) }, watch);
      const start = (chunk.start - chunk.from) * this.hop;
      const samples = outputs.audio.data as Float32Array;
      audio.set(samples.subarray(start, Math.min(samples.length, start + chunk.count * this.hop)), chunk.start * this.hop);
      watch.work("decoding", chunk.count * COST.decode);
    }
    return audio;
  }

  /** New codes. The mask is [codebook][frame], 1 where a token is generated; draws counts what the mask has taken of the seed. */
  async generate(codes: Codes, mask: Uint8Array, draws: number, settings: Settings, watch: Watch): Promise<Codes> {
    const state = { draws };
    const result = new Codes(codes.codebooks, codes.frames, codes.values.slice());
    await this.coarse(result, mask, state, settings, watch);
    await this.fine(result, mask, state, settings, watch);
    return result;
  }

  private async coarse(result: Codes, mask: Uint8Array, state: { draws: number }, settings: Settings, watch: Watch): Promise<void> {
    const codebooks = this.list.coarse.n_codebooks;
    const length = this.frames(COARSE_SECONDS);
    for (let start = 0; start < result.frames; start += length) {
      const frames = Math.min(length, result.frames - start);
      const part = result.slice(codebooks, start, frames);
      const isMasked = (codebook: number, frame: number) => mask[codebook * result.frames + start + frame] !== 0;
      const cells = Array.from({ length: codebooks * frames }, (_, at) => isMasked(Math.floor(at / frames), at % frames));
      // A chunk with anything kept also keeps its first and last frame, so that it joins its neighbours.
      const keepsEnds = !cells.every(Boolean);
      cells.forEach((masked, at) => {
        const frame = at % frames;
        if (masked && !(keepsEnds && (frame === 0 || frame === frames - 1))) {
          part.values[at] = BigInt(this.list.coarse.vocab_size);
        }
      });
      result.paste(await this.fill("coarse", part, settings.steps, state, settings, watch), start);
    }
  }

  private async fine(result: Codes, mask: Uint8Array, state: { draws: number }, settings: Settings, watch: Watch): Promise<void> {
    const { n_codebooks: codebooks, n_conditioning_codebooks: conditioning, vocab_size: vocabulary } = this.list.c2f;
    const length = this.frames(FINE_SECONDS);
    const upstream = { ...settings, temperature: 1, maskTemperature: 10.5 };
    for (let start = 0; start < result.frames; start += length) {
      const part = result.slice(codebooks, start, length);
      for (let at = conditioning * length; at < part.values.length; at++) {
        const [codebook, frame] = [Math.floor(at / length), start + (at % length)];
        if (frame >= result.frames || mask[codebook * result.frames + frame] !== 0) {
          part.values[at] = BigInt(vocabulary);
        }
      }
      result.paste(await this.fill("c2f", part, FINE_STEPS, state, upstream, watch), start);
    }
  }

  // The loop of docs/step.md.
  private async fill(name: "coarse" | "c2f", masked: Codes, steps: number, state: { draws: number }, settings: Settings, watch: Watch): Promise<Codes> {
    const vocabulary = BigInt(this.list[name].vocab_size);
    const shape = [1, masked.codebooks, masked.frames];
    const maskedAtStart = masked.values.reduce((count, code) => count + (code === vocabulary ? 1 : 0), 0);
    let codes = masked.values;
    let tokens = codes;
    for (let step = 0; step < steps; step++) {
      const { logits } = await this.run(name, { codes: int64(codes, shape) }, watch);
      const outputs = await this.run(
        `${name}_step_seeded`,
        {
          codes: int64(codes, shape),
          logits,
          step: integer(step),
          steps: integer(steps),
          temperature: single(settings.temperature),
          mask_temperature: single(settings.maskTemperature),
          top_p: single(1),
          sample_cutoff: double(1),
          masked_at_start: integer(maskedAtStart),
          seed: unsigned(settings.seed),
          draws: integer(state.draws),
        },
        watch,
      );
      codes = outputs.next_codes.data as BigInt64Array;
      tokens = outputs.tokens.data as BigInt64Array;
      state.draws = Number((outputs.next_draws.data as BigInt64Array)[0]);
      watch.work(`${name === "coarse" ? "coarse" : "fine"} step ${step + 1} of ${steps}`, masked.frames * (name === "coarse" ? COST.coarse : COST.fine));
    }
    return new Codes(masked.codebooks, masked.frames, tokens);
  }

  /** Units that generating and decoding so many frames take. */
  units(frames: number, steps: number): number {
    const fine = Math.ceil(frames / this.frames(FINE_SECONDS)) * this.frames(FINE_SECONDS);
    return frames * (steps * COST.coarse + COST.decode) + fine * FINE_STEPS * COST.fine;
  }

  private frames(seconds: number): number {
    return Math.ceil((seconds * this.rate) / this.hop);
  }

  private run(name: string, inputs: Tensors, watch: Watch): Promise<Tensors> {
    return this.engine.run(name, inputs, (file, bytes) => watch.loading(file, bytes));
  }
}

// Milliseconds for a frame of the demo's models, measured on two wasm threads; they only weigh the progress display.
const COST = { encode: 14, coarse: 2, fine: 1.4, decode: 50 };
