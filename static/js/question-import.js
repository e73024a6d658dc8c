// Asks how far an import is, counts along, and shows the report when it is there.
const PAUSE = 2000; // milliseconds
const box = document.querySelector("[data-import-progress]");

async function look() {
  try {
    const response = await fetch(box.dataset.importProgress, { cache: "no-store" });
    if (!response.ok) return;
    const state = await response.json();
    box.querySelector("[data-import-done]").textContent = state.done;
    box.querySelector("[data-import-total]").textContent = state.total;
    if (!state.is_waiting) {
      location.reload();
      return;
    }
  } catch {
    // no network just now: the next look may find it
  }
  setTimeout(look, PAUSE);
}

if (box) setTimeout(look, PAUSE);
