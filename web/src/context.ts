/** How many frames around a chunk the codec's convolutions read, as VampNet.Runtime.Codec.FrameContext. */
export interface Context {
  before: number;
  after: number;
}

export function encoderContext(rates: number[]): Context {
  let [first, last] = [-1, 1];
  for (const rate of [...rates].reverse()) {
    const padding = Math.floor((rate + 1) / 2);
    [first, last] = [first * rate - padding, last * rate - padding + 2 * rate - 1];
    [first, last] = [first - 39, last + 39];
  }
  const hop = rates.reduce((product, rate) => product * rate, 1);
  return { before: -Math.floor((first - 3) / hop), after: Math.floor((last + 3) / hop) };
}

export function decoderContext(rates: number[], isDac: boolean): Context {
  const hop = rates.reduce((product, rate) => product * rate, 1);
  const reach = isDac ? 39 : 60;
  let [first, last] = [-3, hop - 1 + 3];
  for (const rate of [...rates].reverse()) {
    const padding = Math.floor((rate + 1) / 2);
    [first, last] = [Math.floor((first - reach + padding) / rate) - 1, Math.floor((last + reach + padding) / rate)];
  }
  return { before: -(first - 3), after: last + 3 };
}

/** Cuts frames into chunks of a size, each with its context. */
export function* chunks(frames: number, size: number, context: Context) {
  for (let start = 0; start < frames; start += size) {
    const end = Math.min(start + size, frames);
    const from = Math.max(0, start - context.before);
    const to = Math.min(frames, end + context.after);
    yield { start, count: end - start, from, frames: to - from };
  }
}
