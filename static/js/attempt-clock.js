// Says how many minutes are left. The server's clock decides; here only the time that passes counts.

const clock = document.querySelector("[data-clock]");
const SECOND_MS = 1000;
const TICK_MS = 15 * SECOND_MS;

if (clock) {
  const started = performance.now();
  const seconds = Number(clock.dataset.seconds);
  const words = clock.querySelector("[data-clock-words]");

  const tick = () => {
    const left = seconds - (performance.now() - started) / SECOND_MS;
    if (left <= 0) {
      location.reload();
      return;
    }
    const minutes = Math.round(left / 60);
    const text =
      minutes < 1 ? clock.dataset.last : clock.dataset.words.replace("{minutes}", minutes);
    if (words.textContent !== text) words.textContent = text;
    setTimeout(tick, Math.min(TICK_MS, left * SECOND_MS + SECOND_MS));
  };
  tick();
}
