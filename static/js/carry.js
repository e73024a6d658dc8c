// Sends what was carried through a login by itself, once: not when one comes back to the page.
const form = document.querySelector("[data-carry-form]");
const [visit] = performance.getEntriesByType("navigation");

if (form && visit?.type === "navigate") {
  HTMLFormElement.prototype.submit.call(form);
}
