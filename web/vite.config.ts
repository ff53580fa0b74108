import { defineConfig, type Plugin } from "vite";

/** Writes precache.json: the files that the service worker keeps. */
function precache(): Plugin {
  return {
    name: "precache",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const files = ["./", "models/models.json", ...Object.keys(bundle).filter((name) => !name.endsWith(".html"))];
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
