/** Beats of a piece, as VampNet.Runtime.Rhythm finds them, which is as librosa 0.10.2 does: onset strength over mel bands, tempo, and a chain of beats. */

const WINDOW = 2048;
const BANDS = 128;
const LEAST_POWER = 1e-10;
const DYNAMIC_RANGE = 80;
const TIGHTNESS = 100;
const WINDOW_SECONDS = 8;
const LIKELIEST_TEMPO = 120;
const FASTEST_TEMPO = 320;
const SMALLEST_NORMAL_SINGLE = 1.1754943508222875e-38;

/** The token frames of the beats, ascending. */
export function findBeats(samples: Float32Array, sampleRate: number, hop: number): number[] {
  const strength = onsetStrength(samples, sampleRate, hop);
  if (strength.length < 2 || strength.every((value) => value === 0)) return [];
  const tempo = estimateTempo(strength, sampleRate, hop);
  const period = roundToEven(((sampleRate / hop) * 60) / tempo);
  const score = smooth(scale(strength), period);
  const { previous, total } = chain(score, period);
  const beats: number[] = [];
  for (let frame = lastBeat(total); frame >= 0; frame = previous[frame]) beats.push(frame);
  return trim(score, beats.reverse());
}

/** How much louder each frame is than the one before: the median over mel bands, in decibels. */
export function onsetStrength(samples: Float32Array, sampleRate: number, hop: number): Float32Array {
  const levels = melLevels(samples, sampleRate, hop);
  const median = new Float32Array(levels.length);
  // A rise is heard by the window before it reaches the window's centre.
  const shift = 1 + Math.floor(WINDOW / (2 * hop));
  for (let frame = 1; frame + shift - 1 < levels.length; frame++) {
    const rise = levels[frame].map((level, band) => Math.max(0, level - levels[frame - 1][band])).sort();
    median[frame + shift - 1] = Math.fround(rise[BANDS / 2 - 1] + rise[BANDS / 2]) / 2;
  }
  return median;
}

function melLevels(samples: Float32Array, sampleRate: number, hop: number): Float32Array[] {
  const bands = melBands(sampleRate);
  const hann = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
  const transform = fourier(WINDOW);
  const [real, imaginary] = [new Float64Array(WINDOW), new Float64Array(WINDOW)];
  const power = new Float32Array(WINDOW / 2 + 1);
  let loudest = -Infinity;
  const levels = Array.from({ length: Math.floor(samples.length / hop) + 1 }, (_, frame) => {
    const start = frame * hop - WINDOW / 2;
    for (let i = 0; i < WINDOW; i++) {
      const at = start + i;
      real[i] = at >= 0 && at < samples.length ? samples[at] * hann[i] : 0;
    }
    imaginary.fill(0);
    transform(real, imaginary);
    for (let bin = 0; bin < power.length; bin++) power[bin] = real[bin] * real[bin] + imaginary[bin] * imaginary[bin];
    return Float32Array.from(bands, ({ first, weights }) => {
      const heard = weights.reduce((sum, weight, i) => sum + weight * power[first + i], 0);
      const level = Math.fround(10 * Math.fround(Math.log10(Math.max(LEAST_POWER, heard))));
      loudest = Math.max(loudest, level);
      return level;
    });
  });
  for (const frame of levels) frame.forEach((level, band) => (frame[band] = Math.max(level, loudest - DYNAMIC_RANGE)));
  return levels;
}

function melBands(sampleRate: number): { first: number; weights: Float32Array }[] {
  const linearStep = 200 / 3;
  const linearEndMel = 1000 / linearStep;
  const logarithmicStep = Math.log(6.4) / 27;
  const toMel = (hertz: number) => (hertz < 1000 ? hertz / linearStep : linearEndMel + Math.log(hertz / 1000) / logarithmicStep);
  const toHertz = (mel: number) => (mel < linearEndMel ? mel * linearStep : 1000 * Math.exp(logarithmicStep * (mel - linearEndMel)));
  const top = toMel(sampleRate / 2);
  const edges = Array.from({ length: BANDS + 2 }, (_, edge) => toHertz((top * edge) / (BANDS + 1)));
  return Array.from({ length: BANDS }, (_, band) => {
    const [low, middle, high] = edges.slice(band, band + 3);
    const weights = Float32Array.from({ length: WINDOW / 2 + 1 }, (_, bin) => {
      const hertz = (bin * sampleRate) / WINDOW;
      return (Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle))) * 2) / (high - low);
    });
    const first = Math.max(0, weights.findIndex((weight) => weight !== 0));
    const last = Math.max(0, weights.findLastIndex((weight) => weight !== 0));
    return { first, weights: weights.slice(first, last + 1) };
  });
}

/** A Fourier transform in place, of a power of two. */
function fourier(length: number): (real: Float64Array, imaginary: Float64Array) => void {
  const bits = Math.log2(length);
  const order = Uint32Array.from({ length }, (_, i) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    return reversed;
  });
  const cosine = Float64Array.from({ length: length / 2 }, (_, i) => Math.cos((-2 * Math.PI * i) / length));
  const sine = Float64Array.from({ length: length / 2 }, (_, i) => Math.sin((-2 * Math.PI * i) / length));
  return (real, imaginary) => {
    for (let i = 0; i < length; i++) {
      const j = order[i];
      if (j > i) {
        [real[i], real[j]] = [real[j], real[i]];
        [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
      }
    }
    for (let size = 2; size <= length; size *= 2) {
      const [half, stride] = [size / 2, length / size];
      for (let start = 0; start < length; start += size) {
        for (let k = 0; k < half; k++) {
          const [c, s] = [cosine[k * stride], sine[k * stride]];
          const [a, b] = [start + k, start + k + half];
          const [x, y] = [real[b] * c - imaginary[b] * s, real[b] * s + imaginary[b] * c];
          [real[b], imaginary[b]] = [real[a] - x, imaginary[a] - y];
          real[a] += x;
          imaginary[a] += y;
        }
      }
    }
  };
}

/** Beats per minute, from how often the strength repeats itself. */
function estimateTempo(strength: Float32Array, sampleRate: number, hop: number): number {
  const window = Math.max(2, Math.floor((WINDOW_SECONDS * sampleRate) / hop));
  const likeness = meanAutocorrelation(strength, window);
  let [best, tempo] = [-Infinity, LIKELIEST_TEMPO];
  for (let lag = 1; lag < window; lag++) {
    const beats = (60 * sampleRate) / (hop * lag);
    const octaves = Math.log2(beats) - Math.log2(LIKELIEST_TEMPO);
    const score = beats < FASTEST_TEMPO ? Math.log(1 + Math.max(0, 1e6 * likeness[lag])) - 0.5 * octaves * octaves : -Infinity;
    if (score > best) [best, tempo] = [score, beats];
  }
  return tempo;
}

function meanAutocorrelation(strength: Float32Array, window: number): Float64Array {
  const count = Math.floor(window / 2);
  const padded = new Float64Array(strength.length + 2 * count);
  for (let i = 0; i < count; i++) {
    padded[i] = (strength[0] * i) / count;
    padded[padded.length - 1 - i] = (strength[strength.length - 1] * i) / count;
  }
  padded.set(strength, count);
  const hann = Float64Array.from({ length: window }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window));
  const [windowed, correlation, sum] = [new Float64Array(window), new Float64Array(window), new Float64Array(window)];
  for (let frame = 0; frame < strength.length && frame + window <= padded.length; frame++) {
    for (let i = 0; i < window; i++) windowed[i] = padded[frame + i] * hann[i];
    let largest = 0;
    for (let lag = 0; lag < window; lag++) {
      let product = 0;
      for (let i = 0; i < window - lag; i++) product += windowed[lag + i] * windowed[i];
      correlation[lag] = product;
      largest = Math.max(largest, Math.abs(product));
    }
    // The smallest number above 0 of float32.
    if (largest > 1.401298464324817e-45) for (let lag = 0; lag < window; lag++) sum[lag] += correlation[lag] / largest;
  }
  return sum.map((value) => value / strength.length);
}

function scale(strength: Float32Array): Float64Array {
  const mean = strength.reduce((sum, value) => sum + value, 0) / strength.length;
  const squares = strength.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const deviation = Math.sqrt(squares / (strength.length - 1));
  return Float64Array.from(strength, (value) => value / (deviation + SMALLEST_NORMAL_SINGLE));
}

/** Spreads each onset over its neighbours, by a bell 1/32 of a period wide. */
function smooth(strength: Float64Array, period: number): Float64Array {
  const bell = Float64Array.from({ length: 2 * period + 1 }, (_, at) => Math.exp(-0.5 * (((at - period) * 32) / period) ** 2));
  return Float64Array.from(strength, (_, frame) => {
    let sum = 0;
    for (let tap = Math.max(0, frame + period - strength.length + 1); tap < Math.min(frame + period, bell.length); tap++) {
      sum += bell[tap] * strength[frame + period - tap];
    }
    return sum;
  });
}

function chain(score: Float64Array, period: number): { previous: Int32Array; total: Float64Array } {
  const [previous, total] = [new Int32Array(score.length), new Float64Array(score.length)];
  const least = 0.01 * score.reduce((most, value) => Math.max(most, value), -Infinity);
  let begun = false;
  for (let frame = 0; frame < score.length; frame++) {
    let [best, before] = [-Infinity, -1];
    for (let at = frame - roundToEven(period / 2); at >= Math.max(0, frame - 2 * period); at--) {
      const deviation = Math.log(frame - at) - Math.log(period);
      const sum = total[at] - TIGHTNESS * deviation * deviation;
      if (sum > best) [best, before] = [sum, at];
    }
    total[frame] = before >= 0 ? score[frame] + best : score[frame];
    begun ||= score[frame] >= least;
    previous[frame] = begun ? before : -1;
  }
  return { previous, total };
}

/** The last local maximum that is at least half as good as the median one. */
function lastBeat(total: Float64Array): number {
  const last = total.length - 1;
  const peaks: number[] = [];
  for (let at = 1; at <= last; at++) if (total[at] > total[at - 1] && (at === last || total[at] >= total[at + 1])) peaks.push(at);
  if (peaks.length === 0) return last;
  const heights = peaks.map((at) => total[at]).sort((a, b) => a - b);
  const median = (heights[Math.floor((heights.length - 1) / 2)] + heights[Math.floor(heights.length / 2)]) / 2;
  return peaks.findLast((at) => total[at] >= 0.5 * median) ?? last;
}

/** Leaves out the beats at either end that stand where the score is below half of its root mean square over the beats. */
function trim(score: Float64Array, beats: number[]): number[] {
  const bell = [0.5, 1, 0.5];
  let squares = 0;
  for (let at = 0; at < beats.length + 2; at++) {
    let sum = 0;
    for (let tap = -1; tap <= 1; tap++) sum += at + tap >= 0 && at + tap < beats.length ? bell[tap + 1] * score[beats[at + tap]] : 0;
    squares += sum * sum;
  }
  const threshold = 0.5 * Math.sqrt(squares / (beats.length + 2));
  const first = score.findIndex((value) => value > threshold);
  const last = score.findLastIndex((value) => value > threshold);
  return beats.filter((frame) => frame >= first && frame <= last);
}

/** As Math.Round of .NET: halves go to the even neighbour. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
