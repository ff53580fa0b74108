import * as ort from "onnxruntime-web/wasm";
import wasmModule from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmBinary from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { loadFile, type ModelList } from "./models";

export type Tensors = Record<string, ort.Tensor>;

/** One ONNX model in memory at a time: the next takes the place of the last. */
export class Engine {
  private loaded: { name: string; session: ort.InferenceSession } | undefined;
  private steps = new Map<string, ort.InferenceSession>();

  constructor(
    private readonly base: string,
    private readonly list: ModelList,
    threads: number,
  ) {
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.wasmPaths = { mjs: new URL(wasmModule, self.location.href).href, wasm: new URL(wasmBinary, self.location.href).href };
    ort.env.logLevel = "error";
  }

  /** The threads that ONNX Runtime was given. */
  get threads(): number {
    return ort.env.wasm.numThreads ?? 1;
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

  private async session(name: string, report: (name: string, bytes: number) => void): Promise<ort.InferenceSession> {
    const isStep = name.includes("_step");
    const present = isStep ? this.steps.get(name) : this.loaded?.name === name ? this.loaded.session : undefined;
    if (present) return present;
    if (!isStep) await this.release();
    const [graph, ...data] = this.list.files[name];
    const bytes = await loadFile(this.base, graph, (count) => report(name, count));
    const externalData = await Promise.all(
      data.map(async (file) => ({ path: file.name, data: await loadFile(this.base, file, (count) => report(name, count)) })),
    );
    let session: ort.InferenceSession;
    try {
      session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"], externalData, graphOptimizationLevel: "all" });
    } catch (problem) {
      throw new Error(`Found that ONNX Runtime cannot load ${graph.name}: ${short(problem)} Build the page again, and serve all of it.`);
    }
    if (isStep) this.steps.set(name, session);
    else this.loaded = { name, session };
    return session;
  }
}

export const int64 = (values: BigInt64Array, dims: number[]) => new ort.Tensor("int64", values, dims);
export const float32 = (values: Float32Array, dims: number[]) => new ort.Tensor("float32", values, dims);
export const integer = (value: number) => new ort.Tensor("int64", BigInt64Array.of(BigInt(value)), []);
export const single = (value: number) => new ort.Tensor("float32", Float32Array.of(value), []);
export const double = (value: number) => new ort.Tensor("float64", Float64Array.of(value), []);
export const unsigned = (value: bigint) => new ort.Tensor("uint64", BigUint64Array.of(value), []);

const short = (problem: unknown) => String(problem instanceof Error ? problem.message : problem).slice(0, 200);
