import * as wasm from "onnxruntime-web/wasm";
import wasmModule from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmBinary from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { loadFile, type ModelList } from "./models";
import type { Device } from "./protocol";

export type Tensors = Record<string, wasm.Tensor>;

/** A build of ONNX Runtime, with the files that it loads. */
interface Build {
  ort: typeof wasm;
  module: string;
  binary: string;
}

const PROCESSOR: Build = { ort: wasm, module: wasmModule, binary: wasmBinary };

/** One ONNX model in memory at a time: the next takes the place of the last. */
export class Engine {
  private loaded: { name: string; session: wasm.InferenceSession } | undefined;
  private steps = new Map<string, wasm.InferenceSession>();

  private constructor(
    private readonly base: string,
    private readonly list: ModelList,
    private readonly large: Build,
  ) {}

  /** Prepares ONNX Runtime; its build for WebGPU is loaded only when that is chosen. */
  static async open(base: string, list: ModelList, threads: number, device: Device): Promise<Engine> {
    prepare(PROCESSOR, threads);
    if (device === "wasm") return new Engine(base, list, PROCESSOR);
    const adapter = await (self.navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu?.requestAdapter();
    if (!adapter) {
      throw new Error("Found no graphics adapter that this browser computes with. Expected one for WebGPU. Compute on the processor.");
    }
    const { ort, module, binary } = await import("./webgpu");
    const graphics = { ort: ort as unknown as typeof wasm, module, binary };
    prepare(graphics, threads);
    return new Engine(base, list, graphics);
  }

  /** The threads that ONNX Runtime was given. */
  get threads(): number {
    return wasm.env.wasm.numThreads ?? 1;
  }

  async run(name: string, inputs: Tensors, report: (name: string, bytes: number) => void): Promise<Tensors> {
    const session = await this.session(name, report);
    try {
      return (await session.run(inputs)) as Tensors;
    } catch (problem) {
      throw new Error(`Found that ${name}.onnx fails: ${short(problem)} The memory of this tab may be too small; close others, or take a shorter sound.`);
    }
  }

  /** Gives the memory of the large model back. */
  async release(): Promise<void> {
    await this.loaded?.session.release();
    this.loaded = undefined;
  }

  private async session(name: string, report: (name: string, bytes: number) => void): Promise<wasm.InferenceSession> {
    const isStep = name.includes("_step");
    const present = isStep ? this.steps.get(name) : this.loaded?.name === name ? this.loaded.session : undefined;
    if (present) return present;
    if (!isStep) await this.release();
    const [graph, ...data] = this.list.files[name];
    const bytes = await loadFile(this.base, graph, (count) => report(name, count));
    const externalData = await Promise.all(
      data.map(async (file) => ({ path: file.name, data: await loadFile(this.base, file, (count) => report(name, count)) })),
    );
    let session: wasm.InferenceSession;
    // Sampling is integers and doubles, which the build for WebGPU has not.
    const { ort } = isStep ? PROCESSOR : this.large;
    const executionProviders = ort === wasm ? ["wasm"] : ["webgpu", "wasm"];
    try {
      session = await ort.InferenceSession.create(bytes, { executionProviders, externalData, graphOptimizationLevel: "all", logSeverityLevel: 3 });
    } catch (problem) {
      throw new Error(`Found that ONNX Runtime cannot load ${graph.name}: ${short(problem)} Build the page again, and serve all of it.`);
    }
    if (isStep) this.steps.set(name, session);
    else this.loaded = { name, session };
    return session;
  }
}

function prepare({ ort, module, binary }: Build, threads: number): void {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = { mjs: new URL(module, self.location.href).href, wasm: new URL(binary, self.location.href).href };
  ort.env.logLevel = "error";
}

export const int64 = (values: BigInt64Array, dims: number[]) => new wasm.Tensor("int64", values, dims);
export const float32 = (values: Float32Array, dims: number[]) => new wasm.Tensor("float32", values, dims);
export const integer = (value: number) => new wasm.Tensor("int64", BigInt64Array.of(BigInt(value)), []);
export const single = (value: number) => new wasm.Tensor("float32", Float32Array.of(value), []);
export const double = (value: number) => new wasm.Tensor("float64", Float64Array.of(value), []);
export const unsigned = (value: bigint) => new wasm.Tensor("uint64", BigUint64Array.of(value), []);

const short = (problem: unknown) => String(problem instanceof Error ? problem.message : problem).slice(0, 200);
