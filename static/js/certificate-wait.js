// Asks now and then whether the certificate is ready, says so, and turns "Look again" into the download.
const PAUSES = [2, 3, 5, 8, 13, 20, 30]; // seconds; after these the person asks for herself
const box = document.querySelector("[data-certificate-wait]");
const link = box?.querySelector("a");
const words = box?.querySelector("p");

async function isReady(address) {
  try {
    const response = await fetch(address, { method: "HEAD", cache: "no-store" });
    return response.status === 200 && response.headers.get("Content-Type") === "application/pdf";
  } catch {
    return false; // no network just now: the next look may find it
  }
}

async function wait() {
  for (const seconds of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    if (await isReady(link.href)) {
      words.textContent = box.dataset.ready;
      link.textContent = box.dataset.download;
      return;
    }
  }
}

if (link && words) wait();
