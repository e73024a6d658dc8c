/* Draws the preview beside the form again, a moment after each change.

   The form is sent as it is, uploads and all, into the frame. Where the browser cannot show a PDF
   in a page, nothing is done: the buttons of the form open it. */
const PAUSE = 1200;
const form = document.querySelector("[data-design-form]");
const preview = document.querySelector("[data-design-preview]");

if (form && preview && navigator.pdfViewerEnabled) {
  const name = preview.querySelector("[data-design-name]");
  const language = preview.querySelector("[data-design-language]");
  const button = document.createElement("button");
  button.type = "submit";
  button.hidden = true;
  button.formTarget = "design-preview";
  form.append(button);
  preview.hidden = false;
  form.parentElement.classList.add("has-preview");

  let timer = 0;
  const draw = () => {
    const query = new URLSearchParams({ nombre: name.value, idioma: language.value });
    button.formAction = `${form.dataset.previewUrl}?${query}#toolbar=0&navpanes=0&view=FitH`;
    form.requestSubmit(button);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) clearTimeout(timer);
  });
  name.addEventListener("change", draw);
  language.addEventListener("change", draw);
  draw();
}
