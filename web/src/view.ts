import type { Mask } from "./mask";

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function start(canvas: HTMLCanvasElement): { pen: CanvasRenderingContext2D; width: number; height: number } {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * scale));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale));
  const pen = canvas.getContext("2d")!;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  return { pen, width: canvas.width, height: canvas.height };
}

/** Draws samples; frames whose first codebook is kept stand on a bar in the accent's colour. */
export function drawWave(canvas: HTMLCanvasElement, samples: Float32Array, mask?: Mask, frames = 0): void {
  const { pen, width, height } = start(canvas);
  if (mask) {
    pen.fillStyle = color("--accent");
    for (let frame = 0; frame < frames; frame++) {
      if (mask[frame] === 0) {
        pen.fillRect((frame / frames) * width, height * 0.94, Math.max(1, width / frames), height * 0.06);
      }
    }
  }
  pen.fillStyle = color("--text");
  let peak = 1e-6;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  for (let x = 0; x < width; x++) {
    let [low, high] = [0, 0];
    const end = Math.floor(((x + 1) / width) * samples.length);
    for (let at = Math.floor((x / width) * samples.length); at < end; at++) {
      low = Math.min(low, samples[at]);
      high = Math.max(high, samples[at]);
    }
    const middle = height * 0.47;
    pen.fillRect(x, middle - (high / peak) * middle, 1, Math.max(1, ((high - low) / peak) * middle));
  }
}

/** Draws codes: a row for each codebook, a column for each frame; what is generated is grey. */
export function drawTokens(canvas: HTMLCanvasElement, codes: BigInt64Array, mask: Mask, codebooks: number, frames: number, vocabulary: number, cursor: number | null): void {
  const { pen, width, height } = start(canvas);
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const [cellWidth, cellHeight] = [width / frames, height / codebooks];
  for (let at = 0; at < codes.length; at++) {
    const share = Number(codes[at]) / vocabulary;
    pen.fillStyle =
      mask[at] === 0 ? `hsl(${Math.round(share * 300)} 70% ${isDark ? 60 : 45}%)` : `hsl(0 0% ${Math.round((isDark ? 18 : 78) + share * 10)}%)`;
    pen.fillRect((at % frames) * cellWidth, Math.floor(at / frames) * cellHeight, cellWidth + 0.5, cellHeight);
  }
  if (cursor !== null) {
    pen.strokeStyle = color("--text");
    pen.lineWidth = 2;
    pen.strokeRect(cursor * cellWidth, 0, Math.max(3, cellWidth), height);
  }
}
