import { PRESETS } from "./mask";
import type { Answer, Device, Request } from "./protocol";
import { askServer, RemoteVamp } from "./remote";
import { drawTokens, drawWave } from "./view";
import { isWav, readWav, requireLength, writeWav, type Sound } from "./wav";

const LONGEST_SECONDS = 180;
const LARGEST_FILE = 200e6;

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const input = (id: string) => element<HTMLInputElement>(id);

type Opened = Extract<Answer, { kind: "opened" }>;
type Encoded = Extract<Answer, { kind: "encoded" }>;

let worker: Worker;
let models: Opened | undefined;
let piece: Encoded | undefined;
let mask: Uint8Array | undefined;
let presetMask: { mask: Uint8Array; draws: number } | undefined;
let vamped: Float32Array | undefined;
let cursor: number | null = null;
let busy = false;
let lastSound: Sound | undefined;
let lastFile: File | undefined;
let remote: RemoteVamp | undefined;

type Place = Device | "server";
const place = (): Place => element<HTMLSelectElement>("place").value as Place;

const query = new URLSearchParams(location.search);

function open(): void {
  const isRemote = place() === "server";
  element("token-view").hidden = isRemote;
  element("token-label").hidden = !isRemote || !element("token-label").dataset.wanted;
  element("promise").textContent = isRemote
    ? "Turns a sound into a variation of itself. The server that this page came from computes it, and gets the sound."
    : "Turns a sound into a variation of itself. It is computed in this browser; the sound stays on this device.";
  if (isRemote) {
    element("machine").textContent = "Models: those of the server.";
    if (lastSound) showSound(lastSound);
    return;
  }
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = (event: MessageEvent<Answer>) => take(event.data);
  worker.onerror = (event) => fail(`Found that the worker stopped: ${event.message}. Load the page again.`);
  const cores = navigator.hardwareConcurrency || 1;
  const wished = Number(query.get("threads")) || Math.min(4, cores);
  const base = new URL(query.get("models") ?? "models/", document.baseURI);
  if (base.origin !== location.origin) {
    fail("Found a models address of another server. Expected one of this server.");
    return;
  }
  ask({ kind: "open", base: base.href, threads: self.crossOriginIsolated ? wished : 1, device: place() as Device });
}

const ask = (request: Request, transfer: Transferable[] = []) => worker.postMessage(request, transfer);

function take(answer: Answer): void {
  switch (answer.kind) {
    case "opened":
      models = answer;
      element("machine").textContent =
        `Models: ${answer.megabytes.toFixed(1)} MB, loaded once. ${place() === "webgpu" ? "WebGPU. " : ""}Threads: ${answer.threads}` +
        (self.crossOriginIsolated ? "." : "; more need the headers that docs/web.md names.");
      if (lastSound) encode(lastSound);
      break;
    case "encoded":
      piece = answer;
      askMask();
      break;
    case "masked":
      presetMask = answer;
      mask = answer.mask.slice();
      // What tests compare.
      Object.assign(window, { vampnetMask: Array.from(mask) });
      setBusy(false);
      element("piece").hidden = false;
      draw();
      break;
    case "progress": {
      const left = answer.secondsLeft === null ? "" : `, about ${Math.ceil(answer.secondsLeft)} s left`;
      element("progress").hidden = false;
      element("doing").textContent = answer.text + left;
      element<HTMLProgressElement>("bar").value = answer.share;
      break;
    }
    case "vamped":
      finish(answer.audio, answer.codes);
      break;
    case "failed":
      fail(answer.message);
      break;
  }
}

function fail(message: string): void {
  setBusy(false);
  const error = element("error");
  error.textContent = message;
  error.hidden = false;
}

function setBusy(now: boolean): void {
  busy = now;
  element("progress").hidden = !now;
  element("stop").hidden = !now;
  element<HTMLSelectElement>("place").disabled = now;
  element<HTMLButtonElement>("vamp").disabled = now || (place() === "server" ? !lastFile : !piece);
  if (now) element("error").hidden = true;
}

async function accept(file: File): Promise<void> {
  if (busy) return;
  element("error").hidden = true;
  try {
    lastSound = await read(file);
    lastFile = file;
  } catch (problem) {
    fail(`${file.name}: ${problem instanceof Error ? problem.message : problem}`);
    return;
  }
  if (place() === "server") showSound(lastSound);
  else if (models) encode(lastSound);
}

/** Shows a sound that the server is to vamp: its wave alone, for the tokens are the server's. */
function showSound(sound: Sound): void {
  piece = undefined;
  element("piece").hidden = false;
  element("result").hidden = true;
  setBusy(false);
  drawWave(element("wave"), sound.channels[0]);
}

function encode(sound: Sound): void {
  setBusy(true);
  element("result").hidden = true;
  piece = undefined;
  element<HTMLButtonElement>("vamp").disabled = true;
  ask({ kind: "encode", sound });
}

async function read(file: File): Promise<Sound> {
  if (file.size === 0) throw new Error("Found an empty file. Expected a sound. Choose another file.");
  if (file.size > LARGEST_FILE) throw new Error(`Found ${Math.round(file.size / 1e6)} MB. Expected at most ${LARGEST_FILE / 1e6} MB. Cut a part out.`);
  const bytes = await file.arrayBuffer();
  if (isWav(bytes)) return readWav(bytes, LONGEST_SECONDS);
  let decoded: AudioBuffer;
  try {
    decoded = await new OfflineAudioContext(1, 1, models?.sampleRate ?? 44100).decodeAudioData(bytes);
  } catch {
    throw new Error("Found something that this browser cannot read as a sound. Expected WAVE, MP3, Ogg, FLAC or M4A. Choose another file.");
  }
  requireLength(decoded.duration, LONGEST_SECONDS);
  return { sampleRate: decoded.sampleRate, channels: Array.from({ length: decoded.numberOfChannels }, (_, channel) => decoded.getChannelData(channel)) };
}

function seed(): bigint | undefined {
  const text = input("seed").value.trim();
  const value = /^[0-9]{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (value >= 0n && value < 2n ** 64n) return value;
  fail(`Found "${text}" as seed. Expected a whole number from 0 to 18446744073709551615.`);
  return undefined;
}

function askMask(): void {
  const value = seed();
  if (value === undefined || !piece) return;
  ask({ kind: "mask", preset: PRESETS[element<HTMLSelectElement>("preset").selectedIndex], seed: value });
}

async function vampOnServer(value: bigint): Promise<void> {
  if (!lastFile || !lastSound) return;
  setBusy(true);
  remote = new RemoteVamp(document.baseURI, input("token").value);
  try {
    const { wav, sound } = await remote.run(
      lastFile,
      lastFile.name,
      {
        preset: PRESETS[element<HTMLSelectElement>("preset").selectedIndex].name,
        seed: value,
        steps: input("steps").valueAsNumber,
        temperature: input("temperature").valueAsNumber,
        maskTemperature: input("mask-temperature").valueAsNumber,
      },
      (text, share, secondsLeft) => take({ kind: "progress", text, share, secondsLeft }),
    );
    setBusy(false);
    vamped = sound.channels[0];
    play("a", lastFile);
    element<HTMLAnchorElement>("download").href = play("b", new Blob([wav], { type: "audio/wav" }));
    element("result").hidden = false;
    drawWave(element("vamped"), vamped);
    Object.assign(window, { vampnet: { audio: Array.from(vamped) } });
  } catch (problem) {
    fail(problem instanceof Error ? problem.message : String(problem));
  } finally {
    remote = undefined;
  }
}

/** Gives a player a sound, and says its address. */
function play(id: string, sound: Blob): string {
  const player = element<HTMLAudioElement>(id);
  if (player.src) URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(sound);
  return player.src;
}

function vamp(): void {
  const value = seed();
  if (place() === "server") {
    if (value !== undefined && !busy) void vampOnServer(value);
    return;
  }
  if (value === undefined || !piece || !mask || !presetMask || busy) return;
  // A mask of one's own takes nothing of the seed.
  const isPreset = mask.every((cell, at) => cell === presetMask!.mask[at]);
  setBusy(true);
  ask({
    kind: "vamp",
    mask,
    draws: isPreset ? presetMask.draws : 0,
    settings: {
      seed: value,
      steps: input("steps").valueAsNumber,
      temperature: input("temperature").valueAsNumber,
      maskTemperature: input("mask-temperature").valueAsNumber,
    },
  });
}

function finish(audio: Float32Array, codes: BigInt64Array): void {
  setBusy(false);
  vamped = audio;
  const rate = models!.sampleRate;
  const wave = (samples: Float32Array) => new Blob([writeWav(samples, rate)], { type: "audio/wav" });
  play("a", wave(piece!.samples));
  element<HTMLAnchorElement>("download").href = play("b", wave(audio));
  element("result").hidden = false;
  draw();
  // What tests compare.
  Object.assign(window, { vampnet: { codes: Array.from(codes, Number), audio: Array.from(audio), input: Array.from(piece!.codes, Number), mask: Array.from(mask!) } });
}

function draw(): void {
  if (!piece && place() === "server" && lastSound) {
    drawWave(element("wave"), lastSound.channels[0]);
    if (vamped && !element("result").hidden) drawWave(element("vamped"), vamped);
  }
  if (!piece || !mask || !models) return;
  drawWave(element("wave"), piece.samples, mask, piece.frames);
  drawTokens(element("tokens"), piece.codes, mask, models.codebooks, piece.frames, models.vocabulary, cursor);
  if (vamped && !element("result").hidden) drawWave(element("vamped"), vamped);
}

function toggle(frame: number): void {
  if (!piece || !mask || !models || busy) return;
  const isKept = mask[frame] === 0;
  for (let codebook = 0; codebook < models.codebooks; codebook++) {
    mask[codebook * piece.frames + frame] = isKept ? 1 : 0;
  }
  show(frame);
}

function show(frame: number): void {
  if (!piece || !mask) return;
  cursor = frame;
  element("cursor").textContent = `Frame ${frame + 1} of ${piece.frames}: ${mask[frame] === 0 ? "kept" : "generated"}.`;
  draw();
}

/** A run of ONNX Runtime cannot be broken off, and its build cannot be changed: the worker ends, and another begins. */
function restart(): void {
  worker?.terminate();
  models = piece = mask = presetMask = undefined;
  setBusy(false);
  element("error").hidden = true;
  open();
}

/** Offers what this browser and this server can compute with. */
async function offerPlaces(): Promise<void> {
  const offer = (value: Place) => {
    const option = element("place").querySelector<HTMLOptionElement>(`option[value=${value}]`)!;
    option.hidden = option.disabled = false;
    element("where").hidden = false;
  };
  if ("gpu" in navigator) offer("webgpu");
  const server = await askServer(document.baseURI);
  if (server.compute) {
    if (server.token) element("token-label").dataset.wanted = "yes";
    offer("server");
  }
}

function listen(): void {
  const drop = element("drop");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file) void accept(file);
  });
  input("file").addEventListener("change", () => {
    const file = input("file").files?.[0];
    if (file) void accept(file);
  });
  element("controls").addEventListener("submit", (event) => {
    event.preventDefault();
    vamp();
  });
  element("preset").addEventListener("change", askMask);
  input("seed").addEventListener("change", askMask);
  element("fresh").addEventListener("click", () => {
    input("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
    askMask();
  });
  element("stop").addEventListener("click", () => {
    if (remote) {
      remote.stop();
      return;
    }
    restart();
  });
  element("place").addEventListener("change", restart);
  element("switch").addEventListener("click", () => {
    const [a, b] = [element<HTMLAudioElement>("a"), element<HTMLAudioElement>("b")];
    const [from, to] = a.paused ? [b, a] : [a, b];
    to.currentTime = Math.min(from.currentTime, to.duration || 0);
    from.pause();
    void to.play();
  });
  const tokens = element("tokens");
  tokens.addEventListener("click", (event) => {
    const box = tokens.getBoundingClientRect();
    if (piece) toggle(Math.min(piece.frames - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * piece.frames))));
  });
  tokens.addEventListener("keydown", (event) => {
    if (!piece) return;
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -piece.frames, End: piece.frames };
    if (event.key in moves) show(Math.max(0, Math.min(piece.frames - 1, (cursor ?? 0) + moves[event.key])));
    else if (event.key === " " || event.key === "Enter") toggle(cursor ?? 0);
    else return;
    event.preventDefault();
  });
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

for (const preset of PRESETS) element("preset").append(new Option(preset.name));
element<HTMLSelectElement>("preset").selectedIndex = 1;
listen();
open();
void offerPlaces();
if ("serviceWorker" in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register(new URL("sw.js", document.baseURI)).catch(() => undefined);
}
