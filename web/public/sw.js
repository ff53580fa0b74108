// Keeps the page itself, so that it opens without a network; the models have a cache of their own.
const PAGE = "vampnet-page";

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const files = await (await fetch("precache.json", { cache: "no-store" })).json();
      const cache = await caches.open(PAGE);
      for (const old of await cache.keys()) await cache.delete(old);
      await cache.addAll(files);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The newest page where the server answers, the kept one where it does not. Names of other files change with their contents.
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const isNamedByContent = address.pathname.includes("/assets/");
  event.respondWith(
    (async () => {
      const cache = await caches.open(PAGE);
      const kept = () => cache.match(event.request, { ignoreSearch: true });
      if (isNamedByContent) {
        const found = await kept();
        if (found) return found;
      }
      try {
        return await fetch(event.request);
      } catch (problem) {
        const found = await kept();
        if (found) return found;
        throw problem;
      }
    })(),
  );
});
