/** WAVE files, read and written without the browser's decoder: that one resamples, and two browsers do so differently. */

export interface Sound {
  sampleRate: number;
  channels: Float32Array[];
}

const text = (view: DataView, at: number) => String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));

/** Whether bytes begin as a WAVE file does. */
export function isWav(bytes: ArrayBuffer): boolean {
  const view = new DataView(bytes);
  return bytes.byteLength >= 12 && text(view, 0) === "RIFF" && text(view, 8) === "WAVE";
}

/** Reads PCM of 8, 16, 24 or 32 bits, or float32. Throws an Error that a person can read. */
export function readWav(bytes: ArrayBuffer, longestSeconds: number): Sound {
  const view = new DataView(bytes);
  let format: { tag: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (text(view, at) === "fmt " && body + 16 <= bytes.byteLength) {
      const tag = view.getUint16(body, true);
      const extended = tag === 0xfffe && size >= 26 && body + 26 <= bytes.byteLength;
      format = {
        tag: extended ? view.getUint16(body + 24, true) : tag,
        channels: view.getUint16(body + 2, true),
        rate: view.getUint32(body + 4, true),
        bits: view.getUint16(body + 14, true),
      };
    } else if (text(view, at) === "data") {
      if (!format) {
        break;
      }
      const { tag, channels, rate, bits } = format;
      const known = (tag === 1 && [8, 16, 24, 32].includes(bits)) || (tag === 3 && bits === 32);
      if (!known || channels < 1 || rate < 1) {
        throw new Error(`Found a WAVE file with format ${tag} and ${bits} bits. Expected PCM of 8, 16, 24 or 32 bits, or 32-bit float.`);
      }
      const frameBytes = (channels * bits) / 8;
      const frames = Math.floor(Math.min(size, bytes.byteLength - body) / frameBytes);
      requireLength(frames / rate, longestSeconds);
      return { sampleRate: rate, channels: readSamples(view, body, frames, channels, tag, bits) };
    }
    at = body + size + (size & 1);
  }
  throw new Error("Found a WAVE file without samples. It is damaged, or its recording was cut off. Choose another file.");
}

/** Refuses sounds that would take this page many minutes. */
export function requireLength(seconds: number, longest: number): void {
  if (seconds > longest) {
    const clock = (s: number) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")} minutes`;
    throw new Error(
      `Found a sound of ${clock(seconds)}. Expected at most ${clock(longest)}: a browser would compute for very long. Cut a part out, or use the vampnet command.`,
    );
  }
}

function readSamples(view: DataView, body: number, frames: number, channels: number, tag: number, bits: number): Float32Array[] {
  const bytes = bits / 8;
  const read = (at: number): number => {
    if (tag === 3) return view.getFloat32(at, true);
    if (bits === 8) return (view.getUint8(at) - 128) / 128;
    if (bits === 16) return view.getInt16(at, true) / 32768;
    if (bits === 24) return (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608;
    return view.getInt32(at, true) / 2147483648;
  };
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: frames }, (_, frame) => read(body + (frame * channels + channel) * bytes)),
  );
}

/** A WAVE file of one channel, PCM of 16 bits. */
export function writeWav(samples: Float32Array, sampleRate: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const put = (at: number, name: string) => [...name].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => {
    const value = Math.round(sample * 32768);
    view.setInt16(44 + index * 2, Math.max(-32768, Math.min(32767, value)), true);
  });
  return view.buffer as ArrayBuffer;
}
