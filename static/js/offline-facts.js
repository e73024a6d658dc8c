// Reads and checks what the QR for checks without a network carries after "#":
//   a1.<name of the key>.<base64url of a JSON array>.<base64url of an Ed25519 signature>
// signed over "amparo-a1|" + code + "|" + name of the key + "|" + the array's text as it stands.
// Pure: no page, no network, no clock of its own. Nothing is believed before the signature holds.
const NAMES = ["name", "course", "hours", "score", "start", "end", "issued", "until", "isPilot", "list", "index"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LONGEST = 4000;

export function splitFragment(text) {
  if (text.length > LONGEST) return null;
  const parts = text.split(".");
  const [version, key, payload, signature] = parts;
  return parts.length === 4 && version === "a1" && key && payload && signature ? { key, payload, signature } : null;
}

export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  try {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}

export function findKey(jwks, name) {
  return (jwks?.keys ?? []).find((key) => key.kty === "OKP" && key.crv === "Ed25519" && key.name === name);
}

export function readFacts(payload) {
  const bytes = fromBase64url(payload);
  if (!bytes) return null;
  let values;
  try {
    values = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  if (!Array.isArray(values) || values.length !== NAMES.length) return null;
  const facts = Object.fromEntries(NAMES.map((name, place) => [name, values[place]]));
  const areDays = ["start", "end", "issued", "until"].every((name) => typeof facts[name] === "string" && DAY.test(facts[name]));
  const areTexts = ["name", "course", "score"].every((name) => typeof facts[name] === "string") && ["string", "number"].includes(typeof facts.hours);
  const areNumbers = ["list", "index"].every((name) => Number.isSafeInteger(Number(facts[name])) && Number(facts[name]) >= 0);
  if (!areDays || !areTexts || !areNumbers) return null;
  return { ...facts, hours: String(facts.hours), isPilot: Boolean(Number(facts.isPilot)), list: Number(facts.list), index: Number(facts.index) };
}

// Returns { answer: "good", facts } or { answer: "malformed" | "unknown-key" | "wrong" | "cannot" }.
export async function checkFragment({ code, fragment, jwks, subtle }) {
  const parts = splitFragment(fragment);
  if (!parts) return { answer: "malformed" };
  const signature = fromBase64url(parts.signature);
  if (signature?.length !== 64) return { answer: "malformed" };
  if (!(await knowsEd25519(subtle))) return { answer: "cannot" };
  const jwk = findKey(jwks, parts.key);
  if (!jwk || jwk.compromised_at) return { answer: "unknown-key" };
  const message = new TextEncoder().encode(["amparo-a1", code, parts.key, parts.payload].join("|"));
  let isGood = false;
  try {
    const key = await subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, { name: "Ed25519" }, false, ["verify"]);
    isGood = await subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch {
    return { answer: "unknown-key" };
  }
  if (!isGood) return { answer: "wrong" };
  const facts = readFacts(parts.payload);
  return facts ? { answer: "good", facts } : { answer: "malformed" };
}

// A key of 32 zero bytes is well formed; a browser without Ed25519 refuses the very name.
export async function knowsEd25519(subtle) {
  try {
    await subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x: "A".repeat(43) }, { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch (error) {
    return error?.name === "DataError";
  }
}

// Returns the bits of a Bitstring Status List credential, or null if it cannot be read.
export async function readBits(credential) {
  const list = credential?.credentialSubject?.encodedList;
  const bytes = typeof list === "string" && list.startsWith("u") ? fromBase64url(list.slice(1)) : null;
  if (!bytes) return null;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return null;
  }
}

// Index 0 is the leftmost bit; null where the list has no such place.
export function bitAt(bits, index) {
  if (!bits || index >= bits.length * 8) return null;
  return Boolean((bits[index >> 3] >> (7 - (index & 7))) & 1);
}

export function stateOf({ facts, isTakenBack, today }) {
  if (isTakenBack === true) return "withdrawn";
  if (today < facts.issued) return "clock";
  if (today > facts.until) return "expired";
  return isTakenBack === false ? "valid" : "unlisted";
}

// The day in Lima, as YYYY-MM-DD.
export function dayOf(moment) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "America/Lima" }).format(moment);
}

export function daysBetween(earlier, later) {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / 86400000);
}

export function dayWords(day, language) {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "es-PE", options).format(Date.parse(day));
}

export function ageWords(days, language) {
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
}
