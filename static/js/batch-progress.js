// While certificates are being issued: fetches this page now and then and shows what changed in it.
const PAUSE = 3000; // milliseconds
const MOST_FAILURES = 5; // after so many in a row the person asks for herself
const place = document.querySelector("[data-batch]");

async function newest() {
  try {
    const response = await fetch(location.href, { cache: "no-store", redirect: "error" });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("[data-batch]");
  } catch {
    return null; // no network just now: the next look may find it
  }
}

// Only words and the bar are exchanged, so that the focus stays where it is.
function show(found) {
  place.querySelector("progress").value = found.querySelector("progress").value;
  const fresh = found.querySelectorAll("[data-live]");
  for (const [index, old] of place.querySelectorAll("[data-live]").entries()) {
    if (old.textContent !== fresh[index].textContent) old.replaceChildren(...fresh[index].childNodes);
  }
}

function finish(found) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...found.childNodes);
  if (hadFocus) document.querySelector("main").focus();
}

async function follow() {
  let failures = 0;
  while (failures < MOST_FAILURES) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (document.hidden) continue;
    const found = await newest();
    failures = found ? 0 : failures + 1;
    if (!found) continue;
    if (!found.querySelector("[data-batch-refresh]")) return finish(found);
    show(found);
  }
}

if (place?.querySelector("[data-batch-refresh]")) follow();
