import type { Sound } from "./wav";

/** Upstream's preparation of a sound, as VampNet.Runtime.Audio has it: one channel, the codec's rate, -24 LUFS, whole frames. */
export function prepare(sound: Sound, sampleRate: number, hop: number): Float32Array {
  const mono = mix(sound.channels);
  if (mono.length === 0 || sound.channels.every((channel) => channel.every((sample) => sample === channel[0]))) {
    throw new Error("Found a sound in which no sample differs from the one before. Expected something to hear. Check the recording.");
  }
  if (!mono.every(Number.isFinite)) {
    throw new Error("Found samples that are not numbers. Expected finite ones. Export the recording again.");
  }
  const samples = resample(mono, sound.sampleRate, sampleRate);
  if (samples.length === 0) {
    throw new Error("Found a sound too short for one sample. Choose a longer one.");
  }
  normalize(samples, sampleRate, -24);
  const prepared = new Float32Array(Math.ceil(samples.length / hop) * hop);
  prepared.set(samples);
  return prepared;
}

function mix(channels: Float32Array[]): Float32Array {
  const sum = new Float32Array(channels[0].length);
  channels.forEach((channel) => channel.forEach((sample, index) => (sum[index] += sample)));
  return channels.length === 1 ? sum : sum.map((sample) => sample / channels.length);
}

function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) {
    return samples.slice();
  }
  const divisor = greatestCommonDivisor(from, to);
  const [oldStep, newStep] = [from / divisor, to / divisor];
  const cutoff = 0.945 * Math.min(oldStep, newStep);
  const reach = Math.ceil((24 * oldStep) / cutoff);
  const output = new Float32Array(Math.floor((samples.length * to) / from));
  const kernel = new Float32Array(2 * reach + 1);
  for (let phase = 0; phase < Math.min(newStep, output.length); phase++) {
    const shift = (phase / newStep) * oldStep;
    const first = Math.floor(shift) - reach;
    fillKernel(kernel, first - shift, cutoff / oldStep);
    for (let index = phase, origin = first; index < output.length; index += newStep, origin += oldStep) {
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap++) {
        sum += kernel[tap] * samples[Math.max(0, Math.min(samples.length - 1, origin + tap))];
      }
      output[index] = sum;
    }
  }
  return output;
}

function fillKernel(kernel: Float32Array, firstOffset: number, cutoff: number): void {
  let sum = 0;
  for (let tap = 0; tap < kernel.length; tap++) {
    const angle = Math.PI * Math.max(-24, Math.min(24, (firstOffset + tap) * cutoff));
    const window = Math.cos(angle / 48);
    const value = (angle === 0 ? 1 : Math.sin(angle) / angle) * window * window;
    kernel[tap] = value;
    sum += value;
  }
  kernel.forEach((value, tap) => (kernel[tap] = value / Math.fround(sum)));
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

function normalize(samples: Float32Array, sampleRate: number, target: number): void {
  const gain = Math.fround(10 ** ((target - loudness(samples, sampleRate)) / 20));
  let peak = 0;
  samples.forEach((sample, index) => {
    samples[index] = sample * gain;
    peak = Math.max(peak, Math.abs(samples[index]));
  });
  if (peak > 1) {
    const less = Math.fround(1 / peak);
    samples.forEach((sample, index) => (samples[index] = sample * less));
  }
}

/** Integrated loudness by ITU-R BS.1770 in LUFS, at least -70. */
export function loudness(samples: Float32Array, sampleRate: number): number {
  const block = Math.floor(0.4 * sampleRate);
  const step = Math.floor(0.4 * sampleRate * 0.25);
  const measured = samples.length + Math.max(0, Math.floor((0.5 - samples.length / sampleRate) * sampleRate));
  const blocks = Math.floor((Math.max(measured, block) - block + step - 1) / step) + 1;
  const weighted = new Float32Array(Math.max(measured, (blocks - 1) * step + block));
  weighted.set(samples);
  kWeight(weighted.subarray(0, measured), sampleRate);
  const powers = Array.from({ length: blocks }, (_, index) => {
    let sum = 0;
    for (let at = index * step; at < index * step + block; at++) {
      sum += weighted[at] * weighted[at];
    }
    return sum / (0.4 * sampleRate);
  });
  const lufs = (power: number) => -0.691 + 10 * Math.log10(power);
  const meanAbove = (gate: number) => {
    const loud = powers.filter((power) => lufs(power) > gate);
    return loud.length === 0 ? 0 : loud.reduce((sum, power) => sum + power, 0) / loud.length;
  };
  const gate = lufs(meanAbove(-70)) - 10;
  return Math.max(-70, lufs(meanAbove(Math.max(-70, gate))));
}

function kWeight(samples: Float32Array, sampleRate: number): void {
  const a = 10 ** (4 / 40);
  let angle = (2 * Math.PI * 1500) / sampleRate;
  const slope = (2 * Math.sqrt(a) * Math.sin(angle)) / (2 * Math.sqrt(0.5));
  let cosine = Math.cos(angle);
  filter(samples, [
    a * (a + 1 + (a - 1) * cosine + slope),
    -2 * a * (a - 1 + (a + 1) * cosine),
    a * (a + 1 + (a - 1) * cosine - slope),
    a + 1 - (a - 1) * cosine + slope,
    2 * (a - 1 - (a + 1) * cosine),
    a + 1 - (a - 1) * cosine - slope,
  ]);
  angle = (2 * Math.PI * 38) / sampleRate;
  const alpha = Math.sin(angle) / (2 * 0.5);
  cosine = Math.cos(angle);
  filter(samples, [(1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2, 1 + alpha, -2 * cosine, 1 - alpha]);
}

// Upstream gives its filter the normalized coefficients as float32.
function filter(samples: Float32Array, [b0, b1, b2, a0, a1, a2]: number[]): void {
  const [c0, c1, c2, d1, d2] = [b0, b1, b2, a1, a2].map((coefficient) => Math.fround(coefficient / a0));
  let [delay1, delay2] = [0, 0];
  for (let index = 0; index < samples.length; index++) {
    const input = samples[index];
    const output = c0 * input + delay1;
    delay1 = c1 * input - d1 * output + delay2;
    delay2 = c2 * input - d2 * output;
    samples[index] = output;
  }
}
