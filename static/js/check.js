// On the pages of the check: asks the browser to keep what a check without a network needs, and lets
// a file be dropped. Everything works without this script.
const WORKERS = ["/v/sw.js", "/en/v/sw.js"];

if ("serviceWorker" in navigator) {
  for (const worker of WORKERS) navigator.serviceWorker.register(worker).catch(() => {}); // then there is none
}

const form = document.querySelector("[data-drop]");
if (form) {
  const input = form.querySelector("input[type=file]");
  const words = form.querySelector("[data-drop-words]");
  const say = (kind) => {
    words.textContent = kind ? form.dataset[kind] : "";
    input.toggleAttribute("aria-invalid", kind === "large" || kind === "odd");
  };
  const isRight = (file) => {
    const kind = file.size > Number(form.dataset.most) ? "large" : "";
    say(kind);
    return !kind;
  };
  form.querySelector("[data-drop-here]").hidden = !matchMedia("(pointer: fine)").matches;
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    if (isRight(input.files[0])) form.requestSubmit();
  });
  input.addEventListener("change", () => input.files.length && isRight(input.files[0]));
  form.addEventListener("submit", (event) => {
    if (input.files.length && !isRight(input.files[0])) event.preventDefault();
    else if (input.files.length) say("busy");
  });
}
