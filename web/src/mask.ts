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
}

/** Upstream's presets that need no beats. */
export const PRESETS: Preset[] = [
  { name: "timbre transfer", periodicPrompt: 2, upperCodebookMask: 1, dropout: 0 },
  { name: "small variation", periodicPrompt: 5, upperCodebookMask: 4, dropout: 0 },
  { name: "medium variation", periodicPrompt: 7, upperCodebookMask: 4, dropout: 0 },
  { name: "large variation", periodicPrompt: 13, upperCodebookMask: 4, dropout: 0.2 },
  { name: "unconditional", periodicPrompt: 0, upperCodebookMask: 1, dropout: 0 },
];

/** Builds a preset's mask, with the draws of VampNet.Runtime.Masks.MaskBuilder in its order. */
export function buildMask(codebooks: number, frames: number, preset: Preset, draws: SeededDraws): Mask {
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
  const mask = new Uint8Array(codebooks * frames);
  for (let index = 0; index < mask.length; index++) {
    mask[index] = index >= preset.upperCodebookMask * frames || kept[index % frames] === 0 ? 1 : 0;
  }
  return mask;
}
