import type { Sound } from "./wav";
import { readWav } from "./wav";

/** What vampnet serve says of itself in server.json; a static server says that it computes nothing. */
export interface ServerFacts {
  compute: boolean;
  token: boolean;
}

export interface RemoteSettings {
  preset: string;
  seed: bigint;
  steps: number;
  temperature: number;
  maskTemperature: number;
}

const POLL_MILLISECONDS = 300;
const LONGEST_SECONDS = 3600;

export async function askServer(base: string): Promise<ServerFacts> {
  const none = { compute: false, token: false };
  const response = await fetch(new URL("server.json", base), { cache: "no-store" }).catch(() => undefined);
  return response?.ok ? { ...none, ...((await response.json().catch(() => none)) as Partial<ServerFacts>) } : none;
}

/** Vamps on the server that the page came from: sends the sound, follows the request, and fetches the result. */
export class RemoteVamp {
  private id: string | undefined;
  private stopped = false;

  constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  async run(sound: Blob, name: string, settings: RemoteSettings, report: (text: string, share: number, secondsLeft: number | null) => void): Promise<{ wav: ArrayBuffer; sound: Sound }> {
    const form = new FormData();
    form.append("audio", sound, name);
    // A seed has up to 64 bits, more than a number of JavaScript holds.
    const { preset, seed, steps, temperature, maskTemperature } = settings;
    const json = JSON.stringify({ preset, steps, temperature, mask_temperature: maskTemperature });
    form.append("settings", `${json.slice(0, -1)},"seed":${seed}}`);
    report("sending", 0, null);
    this.id = ((await (await this.ask("vamp", { method: "POST", body: form })).json()) as { id: string }).id;
    const started = performance.now();
    for (;;) {
      const status = (await (await this.ask(`vamp/${this.id}`)).json()) as { state: string; stage?: string; fraction: number; error?: string };
      if (status.state === "done") break;
      if (status.state === "failed") throw new Error(status.error ?? "The server failed and does not say why.");
      if (status.state === "cancelled" || this.stopped) throw new Error("Stopped.");
      const seconds = (performance.now() - started) / 1000;
      const left = status.stage === "coarse" && status.fraction > 0.1 ? (seconds / status.fraction) * (1 - status.fraction) : null;
      report(status.stage ? `on the server: ${status.stage}` : "waiting on the server", status.fraction, left);
      await new Promise((done) => setTimeout(done, POLL_MILLISECONDS));
    }
    const wav = await (await this.ask(`vamp/${this.id}/result`)).arrayBuffer();
    return { wav, sound: readWav(wav, LONGEST_SECONDS) };
  }

  stop(): void {
    this.stopped = true;
    if (this.id) void this.ask(`vamp/${this.id}`, { method: "DELETE" }).catch(() => undefined);
  }

  private async ask(path: string, request: RequestInit = {}): Promise<Response> {
    const headers = this.token ? { Authorization: `Bearer ${this.token}` } : undefined;
    const response = await fetch(new URL(path, this.base), { ...request, headers }).catch(() => undefined);
    if (response?.ok) return response;
    if (response?.status === 401) throw new Error("Found no token that this server takes. Expected the one it was started with. Type it beside the choice of where to compute.");
    const problem = (await response?.json().catch(() => undefined)) as { detail?: string } | undefined;
    throw new Error(problem?.detail ?? `Found that the server does not answer${response ? ` (HTTP ${response.status})` : ""}. Expected the vampnet serve that this page came from. Start it again.`);
  }
}
