// Counts the points while levels are chosen, keeps a draft, and offers single keys to whoever wants.

const PAUSE_MS = 3000;
const STORED = "marking-shortcuts";

const form = document.querySelector("[data-marking]");
const box = document.querySelector("[data-shortcuts]");

function countPoints() {
  const line = form.querySelector("[data-total]");
  if (!line) return;
  const chosen = [...form.querySelectorAll("[data-points]:checked")];
  const whole = form.querySelectorAll("[data-criterion]").length === chosen.length;
  const sum = chosen.reduce((total, level) => total + Number(level.dataset.points), 0);
  // Thirds do not add up to the whole mark; the server computes from the rubric itself.
  const most = Number(form.dataset.most);
  const points = Math.abs(sum - most) < 0.001 ? most : Math.round(sum * 100) / 100;
  const shown = points.toLocaleString(document.documentElement.lang);
  line.textContent = whole ? line.dataset.words.replace("{points}", shown) : "";
}

function keepDrafts() {
  const line = form.querySelector("[data-draft-state]");
  let timer;
  let isLeaving = false;

  async function save() {
    const fields = new FormData(form);
    fields.set("do", "draft");
    try {
      const response = await fetch(form.action || location.href, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { Accept: "application/json" },
      });
      const isJson = response.headers.get("Content-Type")?.includes("json");
      if (!isLeaving) line.textContent = isJson ? (await response.json()).message : form.dataset.failed;
    } catch {
      line.textContent = form.dataset.failed;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    isLeaving = true;
    clearTimeout(timer);
  });
}

function isWriting(target) {
  return target.closest("textarea, select, input:not([type=radio], [type=checkbox])") !== null;
}

function choose(number) {
  const criteria = [...form.querySelectorAll("[data-criterion]")];
  const here = document.activeElement?.closest?.("[data-criterion]");
  const open = criteria.find((one) => !one.querySelector(":checked"));
  const criterion = here ?? open ?? criteria[0];
  const level = criterion?.querySelectorAll("[data-points]")[number - 1];
  if (!level) return;
  level.checked = true;
  level.dispatchEvent(new Event("input", { bubbles: true }));
  const following = criteria[criteria.indexOf(criterion) + 1] ?? criterion;
  const target = following.querySelector(":checked") ?? following.querySelector("[data-points]");
  target.focus();
}

function stored() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

function offerKeys() {
  const switcher = box.querySelector("[data-shortcuts-on]");
  box.hidden = false;
  switcher.checked = stored();
  switcher.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, switcher.checked ? "on" : "off");
    } catch {
      // Without a store the choice holds for this page.
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!switcher.checked || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.defaultPrevented || event.isComposing || isWriting(event.target)) return;
    if (/^[1-9]$/.test(event.key)) {
      choose(Number(event.key));
      return;
    }
    const button = form.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

if (form) {
  form.addEventListener("input", countPoints);
  countPoints();
  keepDrafts();
  if (box) offerKeys();
}
