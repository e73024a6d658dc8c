// The root of a question's form: Wagtail's form field for blocks asks its root for an element,
// which a struct block that stands alone does not name.
(() => {
  // What is folded away opens where something is to be mended: Wagtail folds before it marks.
  function openErrors(root) {
    for (const panel of root.querySelectorAll("[data-panel]")) {
      const toggle = panel.querySelector("[data-panel-toggle]");
      const isFolded = toggle?.getAttribute("aria-expanded") === "false";
      if (isFolded && panel.querySelector(".w-field--error, .error, .error-message")) toggle.click();
    }
  }

  class QuestionBlockDefinition extends window.wagtailStreamField.blocks.StructBlockDefinition {
    render(placeholder, prefix, initialState, initialError) {
      const root = document.createElement("div");
      placeholder.replaceWith(root);
      const inner = document.createElement("div");
      root.append(inner);
      const block = super.render(inner, prefix, initialState, initialError);
      block.element = root;
      // Its heading is not shown, so that the outermost block must not be a landmark named by it.
      root.querySelector("section")?.removeAttribute("aria-labelledby");
      if (initialError) setTimeout(() => openErrors(root));
      return block;
    }
  }
  window.telepath.register("courses.question_blocks.QuestionBlock", QuestionBlockDefinition);
})();
