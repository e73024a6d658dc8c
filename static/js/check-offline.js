// The page that answers on the telephone itself. What stands after "#" never leaves it.
const box = document.querySelector("[data-offline]");
const language = document.documentElement.lang;
const OLD = 7; // days after which a kept list is said to be old

const facts = await import(box.dataset.offline);
const find = (name) => box.querySelector(`[data-${name}]`);

async function kept(address) {
  const response = await caches.match(address).catch(() => undefined);
  if (!response) return null;
  const document = await response.json().catch(() => null);
  return document && { document, at: new Date(response.headers.get("x-kept-at")) };
}

function show(answer) {
  for (const section of box.querySelectorAll("[data-answer]")) section.hidden = section.dataset.answer !== answer;
}

function fill(found, today) {
  const shown = {
    name: found.name,
    course: found.course,
    hours: found.hours,
    score: found.score,
    start: facts.dayWords(found.start, language),
    end: facts.dayWords(found.end, language),
    issued: facts.dayWords(found.issued, language),
    until: facts.dayWords(found.until, language),
    today: facts.dayWords(today, language),
  };
  for (const place of box.querySelectorAll("[data-fact]")) {
    const text = shown[place.dataset.fact];
    place.textContent = text;
    const line = place.closest("[data-line]");
    if (line) line.hidden = !text;
  }
}

function tellAge(list, today) {
  find("list").hidden = !list;
  if (!list) return;
  const day = facts.dayOf(list.at);
  const age = Math.max(0, facts.daysBetween(day, today));
  find("list-day").textContent = facts.dayWords(day, language);
  find("list-age").textContent = facts.ageWords(age, language);
  find("list-old").hidden = age < OLD;
}

async function answer() {
  const code = decodeURIComponent(location.pathname.split("/v/")[1] ?? "").replace("/", "");
  const fragment = location.hash.slice(1);
  find("code-line").hidden = !code;
  find("code").textContent = code.replace(/(.{4})(?=.)/g, "$1-");
  for (const link of document.querySelectorAll("[data-here]")) link.href = location.pathname;
  for (const link of document.querySelectorAll("[data-translated]")) {
    const plain = location.pathname.replace(/^\/en\//, "/");
    link.href = (language === "en" ? plain : `/en${plain}`) + location.hash;
  }
  find("facts").hidden = find("pilot").hidden = true;
  if (!code || !fragment) return show(code ? "no-fragment" : "start");
  const jwks = await kept(box.dataset.keys);
  const result = await facts.checkFragment({ code, fragment, jwks: jwks?.document, subtle: globalThis.crypto?.subtle });
  if (result.answer !== "good") return show(result.answer);
  const today = facts.dayOf(new Date());
  const list = await kept(box.dataset.lists + result.facts.list);
  const bits = list && (await facts.readBits(list.document));
  const isTakenBack = facts.bitAt(bits, result.facts.index);
  fill(result.facts, today);
  tellAge(isTakenBack === null ? null : list, today);
  find("facts").hidden = false;
  find("pilot").hidden = !result.facts.isPilot;
  return show(facts.stateOf({ facts: result.facts, isTakenBack, today }));
}

addEventListener("hashchange", answer);
// A moment later, because a network that has just come back does not answer yet. The fragment stays
// in the address: where the server still does not answer, nothing has been lost.
addEventListener("online", () => {
  const isAsked = box.querySelector("[data-answer]:not([hidden])[data-needs-network]");
  if (isAsked) setTimeout(() => location.reload(), 1000);
});
await answer();
