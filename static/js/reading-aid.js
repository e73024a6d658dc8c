// Asks, while somebody writes, how the text reads and which words the content policy asks to change.
// Without it the same is said when the page is opened and after it was saved.
const PAUSE = 1500;
const LEFT_OUT = /^(slug|seo_title|search_description|sources-|requires-|comments-|tags|key|csrf|next|go_live|expire)/;
const OTHER_LANGUAGE = /(^|[-_])en($|[-_])/;

function textsOf(form) {
  const found = [];
  for (const editor of form.querySelectorAll("[contenteditable=true]")) {
    const holder = editor.closest("[data-contentpath]")?.querySelector("input[type=hidden][name]");
    if (!LEFT_OUT.test(holder?.name ?? "")) found.push([holder?.name ?? "", editor.innerText]);
  }
  for (const field of form.querySelectorAll("textarea[name], input[type=text][name]")) {
    if (!LEFT_OUT.test(field.name) && !field.closest(".amparo-settings")) found.push([field.name, field.value]);
  }
  return found;
}

function markWords(form, words) {
  if (!window.CSS?.highlights) return;
  const ranges = [];
  for (const editor of form.querySelectorAll("[contenteditable=true]")) {
    const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data;
      for (const word of words) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + word.length);
          ranges.push(range);
        }
      }
    }
  }
  CSS.highlights.set("policy-word", new Highlight(...ranges));
}

function start(panel) {
  const form = panel.closest("form");
  if (!form) return;
  const mark = () => markWords(form, new Set([...panel.querySelectorAll("[data-policy-word]")].map((one) => one.dataset.policyWord)));
  let waiting = 0;
  let asked = 0;
  const ask = async () => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    for (const [name, text] of textsOf(form)) {
      const language = panel.dataset.language || (OTHER_LANGUAGE.test(name) ? "en" : "es");
      for (const line of text.split("\n")) if (line.trim()) body.append(language, line);
    }
    asked += 1;
    const mine = asked;
    try {
      const answer = await fetch(panel.dataset.readingAid, { method: "POST", body });
      if (!answer.ok || mine !== asked) return;
      panel.innerHTML = await answer.text();
      mark();
    } catch {
      // No link: what was said before stays, and the next pause asks again.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  window.addEventListener("load", () => setTimeout(mark, PAUSE));
}

for (const panel of document.querySelectorAll("[data-reading-aid]")) start(panel);
