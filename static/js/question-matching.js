// Lets an answer be dragged onto an item. The select of the item stays, and does the same.

function isOver(place, event) {
  const box = place.getBoundingClientRect();
  return (
    event.clientX >= box.left &&
    event.clientX <= box.right &&
    event.clientY >= box.top &&
    event.clientY <= box.bottom
  );
}

function enhance(root) {
  const pairs = [...root.querySelectorAll("[data-pair]")];
  let dragged = null;
  let start = null;

  function under(event) {
    return pairs.find((pair) => isOver(pair, event));
  }

  function move(event) {
    if (!dragged) return;
    dragged.style.transform = `translate(${event.clientX - start.x}px, ${event.clientY - start.y}px)`;
    const target = under(event);
    for (const pair of pairs) pair.classList.toggle("is-target", pair === target);
  }

  function end(event) {
    if (!dragged) return;
    const target = event.type === "pointerup" ? under(event) : null;
    if (target) {
      const select = target.querySelector("select");
      select.value = dragged.dataset.choice;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    dragged.style.transform = "";
    dragged.classList.remove("is-dragged");
    for (const pair of pairs) pair.classList.remove("is-target");
    dragged = null;
  }

  for (const choice of root.querySelectorAll("[data-choice]")) {
    choice.classList.add("is-movable");
    choice.addEventListener("pointerdown", (event) => {
      // A finger scrolls the page; it has the selects.
      if (event.pointerType === "touch" || event.button !== 0) return;
      event.preventDefault();
      dragged = choice;
      start = { x: event.clientX, y: event.clientY };
      choice.setPointerCapture(event.pointerId);
      choice.classList.add("is-dragged");
    });
    choice.addEventListener("pointermove", move);
    choice.addEventListener("pointerup", end);
    choice.addEventListener("pointercancel", end);
  }
}

for (const root of document.querySelectorAll("[data-matching]")) enhance(root);
