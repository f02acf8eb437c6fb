"use strict";
/*
 * Where a one-time link leads. Its code is behind the # of the address, which browsers send to nobody; it is
 * taken out of the address at once, so that it stays in no history, and sent when a person taps the button.
 * Who follows a link while this page is open stays on it for the browser: the page begins anew with the new code.
 */
(() => {
  const api = document.body.dataset.api;
  const notice = document.getElementById("notice");
  const field = document.getElementById("code");
  const followed = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  document.getElementById("typing").hidden = Boolean(followed);
  addEventListener("hashchange", () => location.reload());

  const tell = (text) => {
    notice.textContent = text;
    notice.scrollIntoView({ block: "nearest" });
  };

  const send = async (button) => {
    const headers = { "Content-Type": "application/json", "Accept-Language": button.dataset.go };
    const body = JSON.stringify({ code: followed || field.value, sure: button.dataset.sure === "yes" });
    const answer = await fetch(`${api}/continue`, { method: "POST", headers, body });
    if (answer.ok) {
      if (button.dataset.sure) new BroadcastChannel(api).postMessage("left");
      return location.replace(api);
    }
    const told = await answer.json();
    if (told.occupied) return ask(button);
    tell(told.problem);
    return undefined;
  };

  const ask = (button) => {
    for (const step of document.querySelectorAll("[data-step]")) step.hidden = step.dataset.step === "go";
    button.closest("section").querySelector("[data-step=ask] .lead").focus();
  };

  const go = async (button) => {
    if (button.getAttribute("aria-busy") === "true") return;
    if (!followed && !field.value.trim()) return field.focus();
    button.setAttribute("aria-busy", "true");
    notice.lang = button.dataset.go;
    notice.textContent = "";
    try {
      await send(button);
    } catch {
      tell(button.dataset.trouble);
    }
    return button.removeAttribute("aria-busy");
  };

  for (const button of document.querySelectorAll("[data-go]")) button.addEventListener("click", () => go(button));
})();
