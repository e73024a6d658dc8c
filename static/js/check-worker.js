// The service worker of the check, for /v/ and /en/v/ alone. The server puts PLAN before these lines.
// It keeps one page, its style and scripts, the public keys and the status lists, and gives the kept
// page where there is no network. No page with a code, and nothing of one, is ever kept.
const SHELL = "amparo-check-shell-";
const FACTS = "amparo-check-facts";
const PLACE = /^\/(en\/)?v\/([^/]+\/)?$/;
const PATIENCE = { fragment: 4000, other: 30000 }; // milliseconds; a fragment can be answered without the server
const NO_SERVER = new Set([502, 503, 504]);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepShell().then(refresh));
});

self.addEventListener("activate", (event) => event.waitUntil(dropOldShells()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!PLACE.test(url.pathname)) return;
    const answered = answer(request, url);
    event.respondWith(answered);
    event.waitUntil(answered.then((response) => response.type !== "error" && refresh()));
  } else if (request.method === "GET" && PLAN.assets.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)));
  }
});

async function keepShell() {
  const cache = await caches.open(SHELL + VERSION);
  const wanted = [...Object.values(PLAN.pages), ...PLAN.assets];
  await cache.addAll(wanted.map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
}

async function dropOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(SHELL) && name !== SHELL + VERSION).map((name) => caches.delete(name)));
}

async function answer(request, url) {
  const isPost = request.method !== "GET";
  const patience = url.hash.startsWith("#a1.") ? PATIENCE.fragment : PATIENCE.other;
  try {
    const response = await (isPost ? fetch(request) : inTime(fetch(request), patience));
    if (!NO_SERVER.has(response.status)) return response;
  } catch {
    // no network, or none that answers
  }
  const language = url.pathname.startsWith("/en/") ? "en" : "es";
  return (await caches.match(PLAN.pages[language])) ?? Response.error();
}

function inTime(promise, milliseconds) {
  const late = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("late")), milliseconds);
  });
  return Promise.race([promise, late]);
}

// Keys and lists are kept with the moment at which they came: the page says how old they are.
async function refresh() {
  try {
    const data = await (await fetch(PLAN.data, { cache: "no-cache", credentials: "omit" })).json();
    const cache = await caches.open(FACTS);
    await Promise.all([data.keys, ...Object.values(data.lists)].map((address) => keep(cache, address)));
  } catch {
    // offline: what is kept stays
  }
}

async function keep(cache, address) {
  const response = await fetch(address, { cache: "no-cache", credentials: "omit" });
  if (!response.ok) return;
  const headers = { "content-type": "application/json", "x-kept-at": new Date().toISOString() };
  await cache.put(address, new Response(await response.text(), { headers }));
}
