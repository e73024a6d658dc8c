// Says while somebody writes what looks like a real case. The server decides; nothing is sent here.

const PAUSE_MS = 500;

function blanked(text, pattern) {
  return text.replace(pattern, (piece) => " ".repeat(piece.length));
}

function watch(line) {
  const area = line.closest("[data-question], form")?.querySelector("textarea");
  if (!area) return;
  const { allowed, find } = JSON.parse(line.dataset.caseGuard);
  const set = allowed.map((pattern) => new RegExp(pattern, "giu"));
  const looks = find.map(([words, pattern]) => [words, new RegExp(pattern, "giu")]);
  let timer;

  function look() {
    let rest = set.reduce(blanked, area.value);
    const kinds = new Set();
    for (const [words, pattern] of looks) {
      const after = blanked(rest, pattern);
      if (after !== rest) kinds.add(words);
      rest = after;
    }
    const text = kinds.size ? line.dataset.words.replace("{kinds}", [...kinds].join(", ")) : "";
    if (line.textContent !== text) line.textContent = text;
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
}

for (const line of document.querySelectorAll("[data-case-guard]")) watch(line);
