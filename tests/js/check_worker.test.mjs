// The service worker with a network, caches and a clock of the test's own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../static/js/check-worker.js", import.meta.url), "utf8");
const PLAN = {
  pages: { es: "/v/sin-red.html", en: "/en/v/sin-red.html" },
  assets: ["/static/lean.css", "/static/check-offline.js"],
  data: "/v/sin-red.json",
};
const HOST = "https://aula.example";
const CODE = "8K2MZ4QW7TRXN5V0CDEH";
const DATA = { "/v/sin-red.json": { keys: "/.well-known/jwks.json", lists: { 1: "/ob/status/1" } }, "/.well-known/jwks.json": { keys: [] }, "/ob/status/1": {} };

function start({ pages = async () => new Response("from the server") } = {}) {
  const [listeners, timers, stored, deleted, asked] = [{}, [], [], [], []];
  const names = ["amparo-check-shell-old", "amparo-check-facts", "somebody-else"];
  const fetch = async (what, options) => {
    const address = typeof what === "string" ? what : what.url.replace(HOST, "");
    asked.push({ address, options });
    const path = address.split("#")[0];
    return path in DATA ? Response.json(DATA[path]) : pages(address);
  };
  const caches = {
    open: async (name) => ({
      addAll: async (requests) => stored.push(...requests.map((request) => [name, request.address])),
      put: async (address, response) => stored.push([name, address, response.headers.get("x-kept-at")]),
    }),
    keys: async () => names,
    delete: async (name) => deleted.push(name),
    match: async (address) => new Response(`kept ${address}`),
  };
  const self = { addEventListener: (kind, heard) => (listeners[kind] = heard), location: new URL(`${HOST}/v/sw.js`), skipWaiting: () => {} };
  class Request {
    constructor(address, options) { Object.assign(this, { address, options }); }
  }
  const setTimeout = (call, milliseconds) => timers.push({ call, milliseconds });
  vm.runInNewContext(`const VERSION = "new"; const PLAN = ${JSON.stringify(PLAN)};\n${SOURCE}`, { self, caches, fetch, Request, Response, URL, setTimeout });

  async function happen(kind, request) {
    const event = { request, waits: [], respondWith: (answer) => (event.answer = answer), waitUntil: (promise) => event.waits.push(promise) };
    listeners[kind](event);
    return event;
  }
  const visit = (path, changes = {}) => happen("fetch", { url: HOST + path, mode: "navigate", method: "GET", ...changes });
  return { happen, visit, timers, stored, deleted, asked };
}

const textOf = async (event) => (await event.answer).text();
const offline = { pages: async () => { throw new TypeError("no network"); } };

test("with a network the server answers, and no page is kept", async () => {
  const worker = start();
  for (const path of ["/v/", `/v/${CODE}/`, `/en/v/${CODE}/#a1.x`]) {
    const event = await worker.visit(path);
    assert.equal(await textOf(event), "from the server");
    await Promise.all(event.waits);
  }
  assert.deepEqual(new Set(worker.stored.map(([name, address]) => `${name} ${address}`)), new Set(["amparo-check-facts /.well-known/jwks.json", "amparo-check-facts /ob/status/1"]));
});

test("without a network the kept page of the language answers", async () => {
  const worker = start(offline);
  assert.equal(await textOf(await worker.visit(`/v/${CODE}/#a1.x`)), "kept /v/sin-red.html");
  assert.equal(await textOf(await worker.visit(`/en/v/${CODE}/`)), "kept /en/v/sin-red.html");
  assert.equal(await textOf(await worker.visit("/v/", { method: "POST" })), "kept /v/sin-red.html");
});

test("a network that hangs is left after four seconds where a fragment can answer", async () => {
  for (const [path, milliseconds] of [[`/v/${CODE}/#a1.x`, 4000], [`/v/${CODE}/`, 30000]]) {
    const worker = start({ pages: () => new Promise(() => {}) });
    const event = await worker.visit(path);
    assert.deepEqual(worker.timers.map((timer) => timer.milliseconds), [milliseconds]);
    worker.timers[0].call();
    assert.equal(await textOf(event), "kept /v/sin-red.html");
  }
});

test("a file that takes long to send is not given up", async () => {
  const worker = start();
  assert.equal(await textOf(await worker.visit("/v/", { method: "POST" })), "from the server");
  assert.deepEqual(worker.timers, []);
});

test("a server that cannot answer is no answer, and one that refuses is", async () => {
  for (const status of [502, 503, 504]) {
    const worker = start({ pages: async () => new Response("", { status }) });
    assert.equal(await textOf(await worker.visit("/v/")), "kept /v/sin-red.html");
  }
  for (const status of [404, 429, 500]) {
    const worker = start({ pages: async () => new Response("refused", { status }) });
    assert.equal(await textOf(await worker.visit("/v/")), "refused");
  }
});

test("nothing else is touched", async () => {
  const worker = start();
  const other = ["/", "/cursos/", `/v/${CODE}/credential.json`, "/v/sw.js", "/en/", "/vv/", "/ob/status/1"];
  for (const path of other) assert.equal((await worker.visit(path)).answer, undefined, path);
  const parts = [["/static/base.css", {}], ["/static/lean.css", { method: "POST" }], ["/v/sin-red.json", {}]];
  for (const [path, changes] of parts) assert.equal((await worker.visit(path, { mode: "no-cors", ...changes })).answer, undefined, path);
  const elsewhere = await worker.happen("fetch", { url: `https://otro.example/v/${CODE}/`, mode: "navigate", method: "GET" });
  assert.equal(elsewhere.answer, undefined);
  assert.deepEqual(worker.asked, []);
});

test("what the kept page needs comes from what is kept", async () => {
  const event = await start(offline).visit("/static/lean.css", { mode: "no-cors" });
  assert.equal(await textOf(event), "kept /static/lean.css");
});

test("installing keeps the page, its parts, the keys and the lists, without cookies", async () => {
  const worker = start();
  const event = await worker.happen("install");
  await Promise.all(event.waits);
  const kept = worker.stored.map(([, address]) => address);
  assert.deepEqual(kept, [...Object.values(PLAN.pages), ...PLAN.assets, "/.well-known/jwks.json", "/ob/status/1"]);
  assert.ok(worker.stored.at(-1)[2] <= new Date().toISOString());
  assert.deepEqual(new Set(worker.asked.map(({ options }) => options.credentials)), new Set(["omit"]));
});

test("a new version drops the old page and nothing else", async () => {
  const worker = start();
  const event = await worker.happen("activate");
  await Promise.all(event.waits);
  assert.deepEqual(worker.deleted, ["amparo-check-shell-old"]);
});
