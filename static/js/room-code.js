// While a code stands on the screen of a room: shows now and then how many have typed it, and when
// its time is over. Without this script the page says until when, and has a link to look again.
const PAUSE = 15000; // milliseconds
const place = document.querySelector("[data-room-code]");

async function newest() {
  try {
    const response = await fetch(location.href, { cache: "no-store", redirect: "error" });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("[data-room-code]");
  } catch {
    return null; // no network just now: the next look may find it
  }
}

async function follow() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (document.hidden) continue;
    const found = await newest();
    if (found && found.textContent !== place.textContent) place.replaceChildren(...found.childNodes);
  }
}

if (place) follow();
