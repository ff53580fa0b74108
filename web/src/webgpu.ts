/** ONNX Runtime's build for WebGPU, 27 MB: it is loaded by those who choose it, and not kept for offline use. */
import module from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import binary from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import * as ort from "onnxruntime-web/webgpu";

export { binary, module, ort };
