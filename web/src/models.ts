/** The list of models that the page computes with, written by scripts/models.mjs. */
export interface ModelList {
  coarse: Transformer;
  c2f: Transformer;
  codec: { codec?: string; sample_rate: number; n_codebooks: number; codebook_size: number; encoder_rates: number[]; decoder_rates: number[] };
  files: Record<string, ModelFile[]>;
}

export interface Transformer {
  n_codebooks: number;
  n_conditioning_codebooks: number;
  vocab_size: number;
}

export interface ModelFile {
  name: string;
  bytes: number;
  sha256: string;
}

const CACHE = "vampnet-models";

export async function listModels(base: string): Promise<ModelList> {
  const address = new URL("models.json", base);
  const response = await fetch(address).catch(() => undefined);
  if (!response?.ok) {
    throw new Error(`Found no list of models at ${address.pathname}. Expected the folder that ./build.sh web makes. Serve all of it.`);
  }
  return (await response.json()) as ModelList;
}

/** Reads a model file from the browser's cache, or loads it and keeps it there. What does not have the expected hash is refused. */
export async function loadFile(base: string, file: ModelFile, report: (bytes: number) => void): Promise<Uint8Array> {
  const address = `${new URL(file.name, base).href}?sha256=${file.sha256}`;
  const cache = "caches" in self ? await caches.open(CACHE) : undefined;
  const kept = await cache?.match(address);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if (await isWhole(bytes, file)) {
      report(bytes.length);
      return bytes;
    }
    await cache?.delete(address);
  }
  const bytes = await download(address, file, report);
  if (!(await isWhole(bytes, file))) {
    throw new Error(`Found ${file.name} damaged: ${bytes.length} bytes that are not those of the list. Expected ${file.bytes} bytes. Build the page again, and serve all of it.`);
  }
  try {
    await cache?.put(address, new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "Content-Length": String(bytes.length) } }));
  } catch {
    // A full cache costs the next visit a download, no more.
  }
  return bytes;
}

/** Forgets cached models that the list no longer names. */
export async function dropOldModels(base: string, list: ModelList): Promise<void> {
  if (!("caches" in self)) return;
  const cache = await caches.open(CACHE);
  const current = new Set(Object.values(list.files).flat().map((file) => `${new URL(file.name, base).href}?sha256=${file.sha256}`));
  for (const request of await cache.keys()) {
    if (!current.has(request.url)) await cache.delete(request);
  }
}

async function download(address: string, file: ModelFile, report: (bytes: number) => void): Promise<Uint8Array> {
  const response = await fetch(address).catch(() => undefined);
  if (!response?.ok || !response.body) {
    throw new Error(`Found no ${file.name} on this server${response ? ` (HTTP ${response.status})` : ""}. Expected it beside models.json. Check the connection, and that all of the page is served.`);
  }
  const parts: Uint8Array[] = [];
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    report(value.length);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

async function isWhole(bytes: Uint8Array, file: ModelFile): Promise<boolean> {
  if (bytes.length !== file.bytes) return false;
  if (!crypto.subtle) return true;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("") === file.sha256;
}
