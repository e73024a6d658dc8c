// Saves each answer as it is given, and says so. Without it the form's own buttons save.

const FIRST_WAIT_MS = 1500;
const LONGEST_WAIT_MS = 30000;
const PAUSE_MS = 250;
const WRITING_PAUSE_MS = 3000;
const CARRIED = ["csrfmiddlewaretoken", "carry_account"];

const form = document.querySelector("[data-attempt]");

function say(line, state, text) {
  line.dataset.state = state;
  line.textContent = text;
}

function showProgress(answer, position) {
  const bar = form.querySelector("[data-attempt-progress]");
  bar.querySelector("progress").value = answer.answered;
  bar.querySelector(".progress-words").textContent = answer.words;
  const place = form.querySelector(`[data-place="${position}"]`);
  if (!place) return;
  place.classList.toggle("is-answered", answer.is_answered);
  const words = answer.is_answered ? form.dataset.answered : form.dataset.unanswered;
  place.querySelector("[data-place-words]").textContent = ` ${words}`;
}

function watch(block) {
  const position = block.dataset.question;
  const sequence = block.querySelector("[data-sequence]");
  const line = block.querySelector("[data-save-state]");
  let waiting = null;
  let isSending = false;
  let wait = FIRST_WAIT_MS;
  let timer;

  function fields() {
    const names = [...CARRIED, `answer-${position}`, sequence.name];
    const isOurs = (name) => names.includes(name) || name.startsWith(`answer-${position}-`);
    return new URLSearchParams([...new FormData(form)].filter(([name]) => isOurs(name)));
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(send, ms);
  }

  function retry() {
    say(line, "failed", form.dataset.failed);
    later(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  async function understand(response) {
    // The login page takes the fields along; so does the page that asks to send them again.
    if (response.status === 401 || response.status === 403) {
      form.submit();
      return;
    }
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const answer = isJson ? await response.json() : { message: form.dataset.lost };
    if (answer.message) say(line, "failed", answer.message);
    else if (answer.saved_at) {
      say(line, "saved", form.dataset.saved.replace("{time}", answer.saved_at));
    }
    if (response.ok) showProgress(answer, position);
  }

  async function send() {
    if (isSending || waiting === null) return;
    const body = waiting;
    isSending = true;
    try {
      const response = await fetch(block.dataset.saveUrl, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: true,
      });
      if (response.status === 429 || response.status >= 500) throw new Error("not now");
      if (waiting === body) waiting = null;
      wait = FIRST_WAIT_MS;
      await understand(response);
    } catch {
      retry();
    } finally {
      isSending = false;
    }
    if (waiting !== null && waiting !== body) later(0);
  }

  function take(pause) {
    // Time orders the answers of two windows; the stored number holds where a clock is wrong.
    sequence.value = Math.max(Number(sequence.value) + 1, Date.now());
    waiting = fields();
    later(pause);
  }

  block.addEventListener("change", () => take(PAUSE_MS));
  // Whoever writes at length rarely leaves the field: a pause saves too.
  block.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) take(WRITING_PAUSE_MS);
  });
  window.addEventListener("online", send);
  window.addEventListener("pagehide", send);
  form.addEventListener("submit", () => clearTimeout(timer));
}

if (form) {
  for (const block of form.querySelectorAll("[data-question]")) {
    if (block.querySelector("[data-sequence]")) watch(block);
  }
}
