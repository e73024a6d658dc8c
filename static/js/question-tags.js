// Names the field in which Wagtail's tag widget is typed: it draws one of its own, without a label.
window.addEventListener("load", () => {
  for (const field of document.querySelectorAll('[data-controller~="w-tag"]')) {
    const label = document.querySelector(`label[for="${field.id}"]`);
    const typed = field.parentElement.querySelector(".tagit-new input");
    if (label && typed) typed.setAttribute("aria-label", label.textContent.trim());
  }
});
