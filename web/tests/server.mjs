import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm" };

/** Serves the built page as deploy/static says, with a folder of models in place of its own, and further folders by the start of their paths. */
export async function serve(page, models, more = {}) {
  const folders = { "/models/": models, ...more };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    const start = Object.keys(folders).find((start) => path.startsWith(start));
    const inner = start ? join(folders[start], path.slice(start.length)) : join(page, path === "/" ? "index.html" : path);
    if (!existsSync(inner) || !statSync(inner).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": TYPES[extname(inner)] ?? "application/octet-stream",
      "Content-Length": statSync(inner).size,
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Cache-Control": "no-cache",
    });
    createReadStream(inner).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
