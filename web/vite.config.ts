import { defineConfig, type Plugin } from "vite";

/** Writes precache.json: the files that the service worker keeps. */
function precache(): Plugin {
  return {
    name: "precache",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        // ONNX Runtime for WebGPU is large, and for those alone who choose it.
        const isKept = (name: string) => !name.endsWith(".html") && !/asyncify|webgpu/.test(name);
        const files = ["./", "models/models.json", "server.json", ...Object.keys(bundle).filter(isKept)];
        this.emitFile({ type: "asset", fileName: "precache.json", source: JSON.stringify(files) });
      },
    },
  };
}

export default defineConfig({
  base: "./",
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
  worker: { format: "es" },
  plugins: [precache()],
});
