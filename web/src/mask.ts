import { SeededDraws } from "./philox";

/** Which tokens are generated anew: 1 for each of [codebook][frame] that is. */
export type Mask = Uint8Array;

export interface Preset {
  name: string;
  /** Every Nth frame is kept; 0 keeps none. */
  periodicPrompt: number;
  /** Codebooks from this one on are generated everywhere. */
  upperCodebookMask: number;
  /** Share of frames that are generated again in all codebooks. */
  dropout: number;
  /** Seconds kept after each beat; 0 looks for none. */
  beatSeconds: number;
}

/** Upstream's presets. */
export const PRESETS: Preset[] = [
  { name: "timbre transfer", periodicPrompt: 2, upperCodebookMask: 1, dropout: 0, beatSeconds: 0 },
  { name: "small variation", periodicPrompt: 5, upperCodebookMask: 4, dropout: 0, beatSeconds: 0 },
  { name: "small variation (follow beat)", periodicPrompt: 7, upperCodebookMask: 4, dropout: 0, beatSeconds: 0.05 },
  { name: "medium variation", periodicPrompt: 7, upperCodebookMask: 4, dropout: 0, beatSeconds: 0 },
  { name: "medium variation (follow beat)", periodicPrompt: 13, upperCodebookMask: 4, dropout: 0, beatSeconds: 0.05 },
  { name: "large variation", periodicPrompt: 13, upperCodebookMask: 4, dropout: 0.2, beatSeconds: 0 },
  { name: "large variation (follow beat)", periodicPrompt: 0, upperCodebookMask: 4, dropout: 0, beatSeconds: 0.08 },
  { name: "unconditional", periodicPrompt: 0, upperCodebookMask: 1, dropout: 0, beatSeconds: 0 },
];

/** Builds a preset's mask, with the draws of VampNet.Runtime.Masks.MaskBuilder in its order. Frames from each beat on, so many as beatFrames, are kept. */
export function buildMask(codebooks: number, frames: number, preset: Preset, draws: SeededDraws, beats: number[] = [], beatFrames = 0): Mask {
  // The random mask at its full intensity masks all; it still takes its draw.
  draws.count++;
  const kept = new Uint8Array(frames);
  if (preset.periodicPrompt > 0) {
    const roll = draws.integer(preset.periodicPrompt);
    for (let frame = 0; frame < frames; frame += preset.periodicPrompt) {
      kept[(frame + roll) % frames] = 1;
    }
  }
  for (let count = Math.floor(frames * preset.dropout); count > 0; count--) {
    kept[draws.integer(frames)] = 0;
  }
  // After the dropout: a beat is kept whatever that took.
  for (const beat of beats) kept.fill(1, beat, Math.min(frames, beat + beatFrames));
  const mask = new Uint8Array(codebooks * frames);
  for (let index = 0; index < mask.length; index++) {
    mask[index] = index >= preset.upperCodebookMask * frames || kept[index % frames] === 0 ? 1 : 0;
  }
  return mask;
}
