import type { Preset } from "./mask";
import type { Sound } from "./wav";

export interface Settings {
  seed: bigint;
  steps: number;
  temperature: number;
  maskTemperature: number;
}

/** What computes in the browser: the processor, by WebAssembly, or the graphics adapter, by WebGPU. */
export type Device = "wasm" | "webgpu";

/** What the page asks of the worker. */
export type Request =
  | { kind: "open"; base: string; threads: number; device: Device }
  | { kind: "encode"; sound: Sound }
  | { kind: "mask"; preset: Preset; seed: bigint }
  | { kind: "vamp"; settings: Settings; mask: Uint8Array; draws: number };

/** What the worker answers. */
export type Answer =
  | { kind: "opened"; codebooks: number; vocabulary: number; sampleRate: number; hop: number; megabytes: number; threads: number }
  | { kind: "encoded"; samples: Float32Array; codes: BigInt64Array; frames: number }
  | { kind: "masked"; mask: Uint8Array; draws: number }
  | { kind: "vamped"; audio: Float32Array; codes: BigInt64Array }
  | { kind: "progress"; text: string; share: number; secondsLeft: number | null }
  | { kind: "failed"; message: string };
