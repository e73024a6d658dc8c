// Makes the spots of a picture pressable. The list beside it stays, and does the same.

function enhance(root) {
  const inputs = new Map([...root.querySelectorAll("input[value]")].map((i) => [i.value, i]));
  const spots = [...root.querySelectorAll("[data-spot]")];

  function show() {
    for (const spot of spots) {
      const input = inputs.get(spot.dataset.spot);
      spot.classList.toggle("is-chosen", input.checked);
      spot.classList.toggle("is-focused", input.matches(":focus-visible"));
    }
  }

  for (const spot of spots) {
    spot.classList.add("is-pressable");
    spot.addEventListener("click", () => {
      const input = inputs.get(spot.dataset.spot);
      // A press on the input itself: radios, checkboxes and the saving behave as ever.
      input.click();
    });
  }
  for (const name of ["change", "focusin", "focusout"]) root.addEventListener(name, show);
  show();
}

for (const root of document.querySelectorAll("[data-hotspots]")) enhance(root);
