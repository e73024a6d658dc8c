// Moves the parts of an order up and down, by button or by dragging; the selects carry the places.

function enhance(root) {
  const list = root.querySelector("[data-steps]");
  const news = root.querySelector("[data-ordering-news]");
  const steps = () => [...list.children];
  const textOf = (step) => step.querySelector("[data-step-text]").textContent.trim();
  const say = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  function number() {
    const all = steps();
    all.forEach((step, index) => {
      step.querySelector("[data-step-number]").textContent = index + 1;
      step.querySelector("[data-up]").setAttribute("aria-disabled", String(index === 0));
      step
        .querySelector("[data-down]")
        .setAttribute("aria-disabled", String(index === all.length - 1));
    });
  }

  function keep(step) {
    const all = steps();
    all.forEach((one, index) => {
      one.querySelector("select").value = String(index + 1);
    });
    root.classList.add("is-ordered");
    number();
    news.textContent = say(root.dataset.moved, {
      text: textOf(step),
      place: all.indexOf(step) + 1,
      total: all.length,
    });
    step.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
  }

  function button(step, name, sign) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "step-button";
    made.dataset[name] = "";
    made.textContent = sign;
    made.setAttribute("aria-label", say(root.dataset[name], { text: textOf(step) }));
    made.addEventListener("click", () => {
      const other = name === "up" ? step.previousElementSibling : step.nextElementSibling;
      if (!other) return;
      if (name === "up") other.before(step);
      else other.after(step);
      keep(step);
      made.focus();
    });
    return made;
  }

  function draggable(step, handle) {
    let before = null;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      before = steps().indexOf(step);
      handle.setPointerCapture(event.pointerId);
      step.classList.add("is-dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (before === null) return;
      for (const other of steps()) {
        const box = other.getBoundingClientRect();
        if (other === step || event.clientY < box.top || event.clientY > box.bottom) continue;
        const isBelow = event.clientY > box.top + box.height / 2;
        const isAfter = steps().indexOf(other) > steps().indexOf(step);
        // Only past the middle, so that parts of unequal height do not jump to and fro.
        if (isBelow && isAfter) other.after(step);
        else if (!isBelow && !isAfter) other.before(step);
        else continue;
        if (!handle.hasPointerCapture(event.pointerId)) handle.setPointerCapture(event.pointerId);
        number();
        break;
      }
    });
    const end = () => {
      if (before === null) return;
      step.classList.remove("is-dragged");
      if (before !== steps().indexOf(step)) keep(step);
      before = null;
    };
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
    handle.addEventListener("lostpointercapture", (event) => {
      // Moving an element in the page may take the pointer from it.
      if (before !== null && event.buttons) handle.setPointerCapture(event.pointerId);
      else end();
    });
  }

  function prepare(step) {
    const select = step.querySelector("select");
    select.hidden = true;
    const place = document.createElement("span");
    place.className = "step-number";
    place.dataset.stepNumber = "";
    place.setAttribute("aria-hidden", "true");
    const buttons = document.createElement("span");
    buttons.className = "step-buttons";
    buttons.append(button(step, "up", "↑"), button(step, "down", "↓"));
    step.prepend(place);
    step.append(buttons);
    draggable(step, place);
  }

  const placeOf = (step) => Number(step.querySelector("select").value) || Infinity;
  const all = steps();
  all.forEach(prepare);
  const sorted = [...all].sort((one, other) => placeOf(one) - placeOf(other) || 0);
  list.append(...sorted);
  if (all.every((step) => placeOf(step) !== Infinity)) root.classList.add("is-ordered");
  root.querySelector("[data-ordering-hint]").textContent = root.dataset.hint;
  number();
}

for (const root of document.querySelectorAll("[data-ordering]")) {
  // Two parts with the same place were refused: the selects show it, and are there to mend it.
  if (!root.closest("fieldset").querySelector(".question-error")) enhance(root);
}
