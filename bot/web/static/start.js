"use strict";
/* The first choice: a language. The answer brings the cookie; then the chat itself is loaded. */
(() => {
  const api = document.body.dataset.api;
  const via = new URLSearchParams(location.search).get("via") || "";
  const notice = document.getElementById("notice");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  const tell = (text) => {
    notice.textContent = text;
    notice.scrollIntoView({ block: "nearest" });
  };

  const begin = async (language) => {
    const headers = { "Content-Type": "application/json", "Accept-Language": language };
    const request = { method: "POST", headers, body: JSON.stringify({ language, via }) };
    const answer = await fetch(`${api}/start`, request);
    if (answer.ok) return location.reload();
    tell((await answer.json()).problem);
    if (answer.status === 429 || answer.status >= 500) throw new Error("later");
    return undefined;
  };

  const choose = async (button) => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    notice.lang = button.dataset.start;
    for (let tries = 1; tries < 30; tries += 1) {
      try {
        await begin(button.dataset.start);
        break;
      } catch {
        tell(button.dataset.trouble);
        await pause(Math.min(1000 * tries, 8000));
      }
    }
    button.removeAttribute("aria-busy");
  };

  for (const button of document.querySelectorAll("[data-start]")) {
    button.addEventListener("click", () => choose(button));
  }
})();
