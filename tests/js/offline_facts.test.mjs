// Run by tests/certificates/test_checking_offline.py, which makes the vectors with the real services.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as offline from "../../static/js/offline-facts.js";

const vectors = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));
const { code, fragment, jwks } = vectors;
const subtle = globalThis.crypto.subtle;
const check = (changes = {}) => offline.checkFragment({ code, fragment, jwks, subtle, ...changes });
const parts = fragment.split(".");
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Writes other facts and leaves the signature as it is.
function retold(change) {
  const values = JSON.parse(Buffer.from(parts[2], "base64url").toString());
  change(values);
  return [parts[0], parts[1], Buffer.from(JSON.stringify(values)).toString("base64url"), parts[3]].join(".");
}

test("a fragment of ours is good, and says what was printed", async () => {
  const result = await check();
  assert.equal(result.answer, "good");
  assert.deepEqual(result.facts, vectors.facts);
});

test("no change of a fact is believed", async () => {
  for (let place = 0; place < 11; place += 1) {
    for (const value of ["X", 7, null]) {
      const result = await check({ fragment: retold((values) => values.splice(place, 1, value)) });
      assert.equal(result.answer, "wrong", `${place}: ${value}`);
    }
  }
});

test("no change of one sign of the fragment is believed", async () => {
  for (let place = 0; place < fragment.length; place += 1) {
    const other = ALPHABET[(ALPHABET.indexOf(fragment[place]) + 1) % 64];
    const changed = fragment.slice(0, place) + other + fragment.slice(place + 1);
    const { answer } = await check({ fragment: changed });
    // The last sign of base64url carries idle bits: the same bytes are the same signature.
    const isSame = Buffer.from(changed.split(".")[3] ?? "", "base64url").equals(Buffer.from(parts[3], "base64url"));
    if (isSame && changed.split(".").slice(0, 3).join() === parts.slice(0, 3).join()) continue;
    assert.notEqual(answer, "good", changed);
  }
});

test("the signature is of this code alone", async () => {
  for (const other of [vectors.otherCode, code.toLowerCase(), "", `${code}|`]) {
    assert.equal((await check({ code: other })).answer, "wrong", other);
  }
});

test("a key of somebody else proves nothing, whatever name it has", async () => {
  const pair = await subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const message = new TextEncoder().encode(["amparo-a1", code, parts[1], parts[2]].join("|"));
  const signature = Buffer.from(await subtle.sign({ name: "Ed25519" }, pair.privateKey, message)).toString("base64url");
  assert.equal((await check({ fragment: [...parts.slice(0, 3), signature].join(".") })).answer, "wrong");
  assert.equal((await check({ fragment: ["a1", "otra", parts[2], signature].join(".") })).answer, "unknown-key");
  assert.equal((await check({ jwks: { keys: [] } })).answer, "unknown-key");
  assert.equal((await check({ jwks: null })).answer, "unknown-key");
});

test("a key that is not trusted any more proves nothing", async () => {
  const keys = jwks.keys.map((key) => ({ ...key, compromised_at: "2026-11-20T00:00:00Z" }));
  assert.equal((await check({ jwks: { keys } })).answer, "unknown-key");
});

test("what is no fragment is said to be none, and never good", async () => {
  const odd = ["", "a1", "a1.", "a1...", "a1.a.b.c", "a2" + fragment.slice(2), `${fragment}.x`, parts.slice(0, 3).join("."),
    "%00", "a1." + "x".repeat(5000), fragment.replace(".", " "), `${fragment}=`, "<script>alert(1)</script>", "\u0430" + fragment.slice(1)];
  for (const text of odd) assert.equal((await check({ fragment: text })).answer, "malformed", text);
});

test("facts that were signed and are none are not shown", () => {
  const written = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const right = JSON.parse(Buffer.from(parts[2], "base64url").toString());
  assert.notEqual(offline.readFacts(written(right)), null);
  const wrong = [null, {}, "x", [], right.slice(1), [...right, 1], right.with(4, "ayer"), right.with(0, {}), right.with(9, -1), right.with(10, 1.5), right.with(7, 20281124)];
  for (const value of wrong) assert.equal(offline.readFacts(written(value)), null, JSON.stringify(value));
  assert.equal(offline.readFacts("*"), null);
  assert.equal(offline.readFacts("_w"), null);
});

test("a browser without Ed25519 says that it cannot", async () => {
  const without = { importKey: async () => { throw new DOMException("no", "NotSupportedError"); } };
  assert.equal((await check({ subtle: without })).answer, "cannot");
  assert.equal((await check({ subtle: undefined })).answer, "cannot");
  assert.equal(await offline.knowsEd25519(subtle), true);
});

test("the list of ours is read bit by bit", async () => {
  const bits = await offline.readBits(vectors.list);
  assert.ok(bits.length * 8 >= 131072);
  const set = [];
  for (let index = 0; index < bits.length * 8; index += 1) if (offline.bitAt(bits, index)) set.push(index);
  assert.deepEqual(set, vectors.takenBack);
  assert.equal(offline.bitAt(bits, bits.length * 8), null);
  assert.equal(offline.bitAt(null, 0), null);
});

test("index 0 is the leftmost bit", () => {
  const bits = Uint8Array.of(0b10000001, 0b01000000);
  assert.deepEqual([0, 1, 7, 8, 9].map((index) => offline.bitAt(bits, index)), [true, false, true, false, true]);
});

test("a list that cannot be read is no list", async () => {
  for (const list of [null, {}, { credentialSubject: {} }, { credentialSubject: { encodedList: "uAAAA" } }, { credentialSubject: { encodedList: "zAAAA" } }, { credentialSubject: { encodedList: "u*" } }]) {
    assert.equal(await offline.readBits(list), null);
  }
});

test("only a good list and a day within make it valid", () => {
  const facts = { issued: "2026-11-24", until: "2028-11-24" };
  const state = (isTakenBack, today) => offline.stateOf({ facts, isTakenBack, today });
  assert.equal(state(false, "2026-11-24"), "valid");
  assert.equal(state(false, "2028-11-24"), "valid");
  assert.equal(state(false, "2028-11-25"), "expired");
  assert.equal(state(false, "2026-11-23"), "clock");
  assert.equal(state(null, "2027-01-01"), "unlisted");
  assert.equal(state(null, "2029-01-01"), "expired");
  for (const today of ["2026-01-01", "2027-01-01", "2029-01-01"]) assert.equal(state(true, today), "withdrawn");
});

test("days are those of Lima, in words of the page", () => {
  assert.equal(offline.dayOf(new Date("2026-11-25T04:59:00Z")), "2026-11-24");
  assert.equal(offline.dayOf(new Date("2026-11-25T05:00:00Z")), "2026-11-25");
  assert.equal(offline.daysBetween("2026-11-24", "2026-11-26"), 2);
  assert.equal(offline.dayWords("2026-11-24", "es"), "24 de noviembre de 2026");
  assert.equal(offline.dayWords("2026-11-24", "en"), "24 November 2026");
  assert.deepEqual([0, 1, 5].map((days) => offline.ageWords(days, "es")), ["hoy", "ayer", "hace 5 días"]);
  assert.equal(offline.ageWords(2, "en"), "2 days ago");
});
