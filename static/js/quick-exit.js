// Leaves this page at once: blanks it and takes its place in the history.
// Pages visited before stay in the history; the help page says so.

const link = document.querySelector("[data-quick-exit]");
const PRESSES = 3;
const WITHIN_MS = 2000;

function leave(event) {
  event?.preventDefault();
  document.documentElement.classList.add("is-leaving");
  document.title = "";
  window.location.replace(link.href);
}

if (link) {
  let pressedAt = [];
  link.addEventListener("click", leave);
  // Shift three times: alone on its key, it types nothing and no screen reader claims it.
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      pressedAt = [];
      return;
    }
    const now = Date.now();
    pressedAt = [...pressedAt.filter((at) => now - at < WITHIN_MS), now];
    if (pressedAt.length >= PRESSES) leave();
  });
  // A page kept by the browser for "back" must not stay blank.
  window.addEventListener("pageshow", () => document.documentElement.classList.remove("is-leaving"));
}
