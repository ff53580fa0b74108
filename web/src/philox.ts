/** Philox4x32-10, a counter-based generator: the block of a key, a stream and a number. As VampNet.Runtime.Randomness.Philox. */

const WORD = 2 ** 32;

/** The high and the low 32 bits of a product of two 32-bit words. */
function multiply(a: number, b: number): [number, number] {
  const low = (a & 0xffff) * b;
  const high = (a >>> 16) * b + Math.floor(low / 65536);
  return [Math.floor(high / 65536), Math.imul(a, b) >>> 0];
}

/** The four words of a block. */
export function block(key: bigint, stream: number, index: number): [number, number, number, number] {
  let x = index % WORD;
  let y = Math.floor(index / WORD);
  let z = stream % WORD;
  let w = Math.floor(stream / WORD);
  let key0 = Number(key & 0xffffffffn);
  let key1 = Number((key >> 32n) & 0xffffffffn);
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(x, 0xd2511f53);
    const [high1, low1] = multiply(z, 0xcd9e8d57);
    [x, y, z, w] = [(high1 ^ y ^ key0) >>> 0, low1, (high0 ^ w ^ key1) >>> 0, low0];
    key0 = (key0 + 0x9e3779b9) >>> 0;
    key1 = (key1 + 0xbb67ae85) >>> 0;
  }
  return [x, y, z, w];
}

/** Draws that a seed decides, for masks; the step graphs go on with the same stream. As VampNet.Runtime.Randomness.SeededDraws. */
export class SeededDraws {
  /** Draws made so far. */
  count = 0;

  constructor(readonly seed: bigint) {}

  /** Numbers above 0 and below 1: of every eight blocks first their X, then Y, Z and W. */
  uniforms(length: number): Float32Array {
    this.count++;
    const values = new Float32Array(Math.ceil(length / 32) * 32);
    for (let index = 0; index < values.length / 4; index++) {
      const words = block(this.seed, this.count, index);
      const start = Math.floor(index / 8) * 32 + (index % 8);
      words.forEach((word, place) => (values[start + place * 8] = ((word >>> 9) + 0.5) / 2 ** 23));
    }
    return values.subarray(0, length);
  }

  /** A whole number, 0 to limit - 1. */
  integer(limit: number): number {
    const [x, y] = block(this.seed, ++this.count, 0);
    return Number((((BigInt(y) << 32n) | BigInt(x)) * BigInt(limit)) >> 64n);
  }
}
