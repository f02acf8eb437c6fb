"use strict";
/*
 * The page of the web chat. What is typed or tapped waits in a queue in memory and is sent, with the same key,
 * until the server has it; what we say comes over an event stream, or by asking when that does not work.
 * Nothing here is younger than iOS 15 and Chrome 95: newer ones do not go on an old phone.
 */
(() => {
  const find = (id) => document.getElementById(id);
  const { api, chat } = document.body.dataset;
  const words = JSON.parse(find("words").textContent);
  const helplines = new Map(Object.entries(JSON.parse(find("helplines").textContent)));
  const [log, notice, composer, field] = ["log", "notice", "composer", "field"].map(find);
  const messages = new Map();
  const own = new Map();
  const meant = new WeakMap();
  const queue = [];
  const KEYBOARDS = { phone: "tel", email: "email", number: "numeric" };
  const LINKS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]|\+32[\d /.]{8,13}\d|\b0\d{1,3}(?:[ /.]?\d{2,3}){2,4}\b/g;
  const PROGRESS = /^([^\d\n]{2,20}\d+[^\d\n]{1,8}\d+)$/m;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let language = document.documentElement.lang;
  let last = 0;
  let fresh = null;
  let acted = Date.now();
  let talk = null;
  let over = false;
  let past = false;

  /* Small things */

  /* The chat that this page shows goes with all it asks: the browser may have got another one meanwhile. */
  const here = (path) => `${api}/${path}?chat=${chat}`;

  const word = (name) => words[language][name];
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const newKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const patience = () => {
    const waiting = new AbortController();
    setTimeout(() => waiting.abort(), 15000);
    return waiting.signal;
  };
  const wellFormed = (text) => (text.toWellFormed ? text.toWellFormed() : text);

  /* French has a space before a question mark, which must not begin a line by itself. */
  const together = (text) => text.replace(/ (?=[?!:;»])/g, "\u00a0").replace(/« /g, "«\u00a0");

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = together(text);
    return element;
  };

  const say = (name, tag = "span", className = "") => {
    const element = make(tag, className, word(name));
    element.dataset.word = name;
    return element;
  };

  const dress = (element) => element.replaceChildren(linked(word(element.dataset.word)));

  const tell = (text) => {
    notice.textContent = text || "";
  };

  const speak = (code) => {
    if (!words[code] || code === language) return;
    language = code;
    document.documentElement.lang = code;
    for (const element of document.querySelectorAll("[data-word]")) dress(element);
    for (const element of document.querySelectorAll("[data-label]"))
      element.setAttribute("aria-label", word(element.dataset.label));
    for (const element of document.querySelectorAll("[data-hint]")) element.placeholder = word(element.dataset.hint);
    for (const element of document.querySelectorAll("[data-language]"))
      element.hidden = element.dataset.language === code;
    for (const message of messages.values()) nameListening(message);
    grow();
  };

  /* Drawing */

  const called = (row, number) => {
    const at = row.indexOf(number);
    const link = make("a", "helpline", number);
    link.href = `tel:${number.replaceAll(" ", "")}`;
    return [row.slice(0, at), link, row.slice(at + number.length)];
  };

  const linked = (text) => {
    const parts = document.createDocumentFragment();
    text.split("\n").forEach((row, at) => {
      if (at) parts.append("\n");
      parts.append(...(helplines.has(row) ? called(row, helplines.get(row)) : [linkedRow(row)]));
    });
    return parts;
  };

  const linkedRow = (text) => {
    const parts = document.createDocumentFragment();
    let from = 0;
    for (const match of text.matchAll(LINKS)) {
      const web = match[0].startsWith("http");
      const digits = match[0].replace(/[^\d+]/g, "");
      if (!web && !/^(\+32\d{8,9}|0\d{8,9})$/.test(digits)) continue;
      parts.append(together(text.slice(from, match.index)));
      const link = make("a", "", match[0]);
      link.href = web ? match[0] : `tel:${digits}`;
      if (web) link.rel = "noopener noreferrer";
      parts.append(link);
      from = match.index + match[0].length;
    }
    parts.append(together(text.slice(from)));
    return parts;
  };

  const worded = (text) => {
    const [before, progress, after] = text.split(PROGRESS);
    if (!progress) return [linked(text)];
    return [linked(before), make("span", "progress", progress), linked(after)];
  };

  const bring = () => {
    const first = fresh;
    fresh = null;
    if (!first) return;
    const bottom = document.documentElement.scrollHeight;
    const [above, below] = [document.querySelector(".top"), composer].map(covered);
    const height = log.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    const start = first.getBoundingClientRect().top + scrollY - above - 10;
    const behavior = calm.matches || !document.body.hasAttribute("data-connected") ? "auto" : "smooth";
    scrollTo({ top: height <= innerHeight - above - below ? bottom : start, behavior });
  };

  const covered = (bar) => (getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0);

  const atTheEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 160;

  const newer = () => {
    const show = say("newer", "button", "outline");
    show.type = "button";
    show.addEventListener("click", () => {
      tell("");
      log.lastElementChild.scrollIntoView({ block: "start" });
    });
    notice.replaceChildren(show);
  };

  addEventListener("scroll", () => {
    if (notice.querySelector("[data-word=newer]") && atTheEnd()) tell("");
  });

  const add = (element) => {
    const reading = !atTheEnd() && Date.now() - acted > 10000 && log.childElementCount > 0;
    log.append(element);
    if (past) return;
    if (reading) newer();
    if (fresh || reading) return;
    fresh = element;
    requestAnimationFrame(bring);
  };

  const line = (who, label) => {
    const element = make("div", `line ${who}`);
    if (past) element.setAttribute("aria-live", "off");
    element.append(say(label, "span", "hidden"));
    return element;
  };

  const button = (from, message) => {
    const element = make("button", "", from.label);
    element.type = "button";
    element.lang = message.said.language;
    element.dir = "auto";
    element.addEventListener("click", () => tap(element, meant.get(element), message));
    mean(element, from);
    return element;
  };

  const mean = (element, from) => {
    meant.set(element, from);
    element.removeAttribute("aria-disabled");
    element.className = from.finishes ? "done" : "";
    if (from.ticks) element.setAttribute("aria-pressed", String(from.ticked));
  };

  const group = (buttons, className, label, message) => {
    const element = make("div", className);
    element.setAttribute("role", "group");
    element.dataset.label = label;
    element.setAttribute("aria-label", word(label));
    element.append(...buttons.map((each) => button(each, message)));
    return element;
  };

  const away = (to, code) => {
    const link = make("a", "outline away", to.label);
    link.lang = code;
    link.href = to.address;
    link.rel = "noopener noreferrer";
    link.dir = "auto";
    return link;
  };

  const buttonsOf = (message) => message.element.querySelectorAll("[role=group] button");

  const disable = (message) => {
    for (const each of buttonsOf(message)) each.setAttribute("aria-disabled", "true");
  };

  /* Buttons that stay what they were stay where they are: new ones would all be read aloud once more. */
  const drawButtons = (message) => {
    const before = [...buttonsOf(message)];
    const wanted = [...message.said.buttons, ...message.said.tools];
    const same = wanted.length === before.length && wanted.every((each, at) => isThat(before[at], each));
    if (same) before.forEach((element, at) => mean(element, wanted[at]));
    else replaceButtons(message, before);
    if (message.tapped) disable(message);
  };

  const isThat = (element, from) =>
    element.textContent === together(from.label) && element.hasAttribute("aria-pressed") === from.ticks;

  const replaceButtons = (message, before) => {
    const { element, said } = message;
    const focused = before.indexOf(document.activeElement);
    for (const old of element.querySelectorAll("[role=group]")) old.remove();
    if (said.buttons.length) element.append(group(said.buttons, "answers", "choose", message));
    if (said.tools.length) element.append(group(said.tools, "tools", "tools", message));
    if (focused >= 0) {
      const after = buttonsOf(message);
      const same = [...after].find((each) => each.textContent === before[focused].textContent);
      (same || after[focused] || element.querySelector(".bubble")).focus({ preventScroll: true });
    }
  };

  const close = (message) => {
    message.live = false;
    for (const old of message.element.querySelectorAll("[role=group]")) old.remove();
  };

  const closeOlder = (newest) => {
    let focused = document.activeElement.matches(".log .bubble");
    for (const message of messages.values()) {
      if (message === newest || !message.live || !(newest.said.asks || message.answered)) continue;
      focused = focused || message.element.contains(document.activeElement);
      close(message);
    }
    if (focused) moveTo(newest);
  };

  const moveTo = (message) => {
    const typed = message.said.asks && !message.said.buttons.length && matchMedia("(pointer: fine)").matches;
    (typed ? field : message.element.querySelector(".bubble")).focus({ preventScroll: true });
  };

  const hope = (expects) => {
    field.inputMode = KEYBOARDS[expects] || "text";
    field.autocomplete = { phone: "tel", email: "email" }[expects] || "off";
  };

  const redraw = (message, said) => {
    if (!message.live) return;
    message.said = { ...said, id: message.said.id };
    const bubble = message.element.querySelector(".bubble");
    if (bubble.textContent !== together(said.text)) {
      bubble.replaceChildren(...worded(said.text));
      nameListening(message);
    }
    const follow = atTheEnd();
    drawButtons(message);
    if (follow) scrollTo({ top: document.documentElement.scrollHeight, behavior: "auto" });
  };

  const addOurs = (said) => {
    last = Math.max(last, said.id);
    if (messages.has(said.id)) return;
    const first = messages.get(said.replaces);
    if (first) {
      messages.set(said.id, first);
      redraw(first, said);
      return;
    }
    speak(said.language);
    const element = line("us", "we_say");
    const bubble = make("p", "bubble");
    bubble.lang = said.language;
    bubble.dir = "auto";
    bubble.tabIndex = -1;
    bubble.append(...worded(said.text));
    const message = { element, said, live: Boolean(said.buttons.length || said.tools.length) };
    const row = make("div", "said");
    row.append(bubble, ...(speaks ? [listenButton(message)] : []));
    element.append(row, ...(said.link ? [away(said.link, said.language)] : []));
    nameListening(message);
    messages.set(said.id, message);
    drawButtons(message);
    add(element);
    closeOlder(message);
    if (said.asks) hope(said.expects);
  };

  const become = (element, state) => {
    element.dataset.state = state;
    const mark = element.querySelector(".mark");
    mark.dataset.label = state;
    mark.setAttribute("aria-label", word(state));
  };

  const answered = () => {
    const live = [...messages.values()].filter((message) => message.live);
    for (const message of live) message.answered = message.answered || message.said.asks || message === live.at(-1);
  };

  const hide = (bubble, name) => {
    bubble.classList.add("private");
    bubble.querySelector("bdi")?.remove();
    bubble.prepend(say(name));
  };

  const addOwn = (key, text, removed) => {
    answered();
    const element = line("you", "you_say");
    const bubble = make("p", "bubble");
    if (text === null) hide(bubble, removed ? "removed" : "private");
    else bubble.append(make("bdi", "", text));
    const mark = make("span", "mark");
    mark.setAttribute("role", "img");
    bubble.append(mark);
    element.append(bubble);
    become(element, "saved");
    own.set(key, element);
    add(element);
    return element;
  };

  /* Listening */

  const speaks = document.body.hasAttribute("data-speaks");
  const player = new Audio();
  const toHear = [];
  let heard = null;

  const listenButton = (message) => {
    const element = make("button", "listen");
    element.type = "button";
    element.setAttribute("aria-live", "off");
    element.append(make("span", "listen-icon"), say("listen"));
    element.addEventListener("click", () => {
      toHear.length = 0;
      if (heard === message) hush();
      else listenTo(message);
    });
    return element;
  };

  const showListening = (message, name) => {
    const element = message.element.querySelector(".listen");
    const label = element.querySelector("[data-word]");
    element.classList.toggle("playing", name !== "listen");
    label.dataset.word = name;
    dress(label);
    nameListening(message);
  };

  /* Buttons that all say "Listen" cannot be told apart in a list: each has the beginning of its message in its name. */
  const nameListening = (message) => {
    const element = message.element.querySelector(".listen");
    element?.setAttribute("aria-label", `${element.textContent}: ${beginning(message.said.text)}`);
  };

  const beginning = (text) => {
    const [before, , after] = text.split(PROGRESS);
    const whole = (after || before).trim().replace(/\s+/g, " ");
    const short = whole.match(/^.{1,50}(?=\s|$)/u)?.[0] ?? whole.slice(0, 50);
    return short === whole ? whole : `${short} …`;
  };

  const listenTo = async (message) => {
    hush();
    heard = message;
    showListening(message, "hush");
    player.src = here(`aloud/${message.said.id}`);
    try {
      await player.play();
    } catch (problem) {
      if (heard !== message || problem.name === "AbortError") return;
      hush();
      if (problem.name !== "NotAllowedError") whyNot(message);
    }
  };

  const hush = () => {
    if (!heard) return;
    showListening(heard, "listen");
    heard = null;
    player.pause();
  };

  const whyNot = async (message) => {
    try {
      const answer = await fetch(here(`aloud/${message.said.id}`), { headers: { "Accept-Language": language } });
      tell(answer.ok ? word("no_sound") : (await answer.json()).problem);
    } catch {
      tell(word("offline"));
    }
  };

  const hearNext = () => {
    if (!heard && toHear.length && !document.hidden) listenTo(toHear.shift());
  };

  player.addEventListener("ended", () => {
    hush();
    hearNext();
  });

  /* Sending */

  let wake = () => {};

  const trouble = (item, name) => {
    if (!item.element || item.element.dataset.state === name) return;
    become(item.element, name);
    item.element.querySelector(".trouble")?.remove();
    const row = make("p", "trouble");
    const again = say("again", "button", "quiet-button");
    again.type = "button";
    again.addEventListener("click", () => retry(item, name));
    row.append(say(name), again);
    item.element.append(row);
  };

  const retry = (item, name) => {
    if (name === "refused") {
      item.element.querySelector(".trouble")?.remove();
      become(item.element, "sending");
      queue.push(item);
      pump();
    }
    wake();
  };

  const reopen = (message) => {
    if (!message?.live) return;
    message.tapped = false;
    drawButtons(message);
  };

  const arrived = (item, answer) => {
    if (item.element) {
      become(item.element, "saved");
      item.element.querySelector(".trouble")?.remove();
      if (answer.words) item.element.querySelector("bdi").textContent = answer.words;
      if (answer.removed) hide(item.element.querySelector(".bubble"), "removed");
    }
    acted = Date.now();
    tell(answer.toast);
    if (answer.moved) return moved();
    const seen = last;
    return setTimeout(async () => {
      if (last === seen && !over) await refresh();
      reopen(item.message);
    }, answer.toast ? 300 : 4000);
  };

  const attempt = async (item) => {
    try {
      const answer = await fetch(here("say"), {
        method: "POST",
        headers: { "Content-Type": "application/json", "Accept-Language": language },
        body: JSON.stringify(item.body),
        signal: patience(),
      });
      const told = await answer.json();
      if (answer.ok) arrived(item, told);
      else if (answer.status === 401) ended();
      else if (answer.status === 429 || answer.status >= 500) return false;
      else {
        tell(told.problem);
        trouble(item, "refused");
        reopen(item.message);
      }
      return true;
    } catch {
      return false;
    }
  };

  let pumping = false;
  const pump = async () => {
    if (pumping) return;
    pumping = true;
    for (let tries = 0; queue.length && !over; ) {
      if (await attempt(queue[0])) {
        queue.shift();
        tries = 0;
        continue;
      }
      trouble(queue[0], "waiting");
      tell(navigator.onLine ? word("waiting") : word("offline"));
      tries += 1;
      await Promise.race([pause(Math.min(1000 * 2 ** (tries - 1), 10000)), new Promise((done) => (wake = done))]);
    }
    pumping = false;
  };

  const send = (body, text, message) => {
    if (over) return;
    acted = Date.now();
    toHear.length = 0;
    if (text !== null) hush();
    const key = newKey();
    const element = text === null ? null : addOwn(key, text);
    if (element) become(element, "sending");
    tell("");
    queue.push({ body: { key, ...body }, element, message });
    pump();
  };

  const spoken = (from, message) => {
    const { buttons } = message.said;
    const ticked = buttons.filter((each) => each.ticked).map((each) => each.label);
    const allSeen = buttons.every((each) => each.ticks || !each.stays);
    return from.finishes && allSeen && ticked.length ? ticked.join(", ") : from.label;
  };

  const tap = (element, from, message) => {
    if (element.hasAttribute("aria-disabled")) return;
    if (from.stays) {
      element.setAttribute("aria-disabled", "true");
      if (from.ticks) element.setAttribute("aria-pressed", String(!from.ticked));
      send({ tap: from.token }, null, message);
      return;
    }
    message.tapped = true;
    message.answered = true;
    disable(message);
    element.classList.add("chosen");
    send({ tap: from.token }, spoken(from, message), message);
  };

  const type = (text) => {
    const kept = wellFormed(text).trim();
    if (kept) send({ text: kept }, kept, null);
  };

  const wipe = () => {
    hush();
    log.replaceChildren();
    messages.clear();
    own.clear();
    acted = Date.now();
  };

  /* A button around the talk may be gone in a moment: who is on it goes to the talk, and with it to the answer. */
  const ask = (text) => {
    find("menu").open = false;
    [...log.querySelectorAll(".us .bubble")].at(-1)?.focus({ preventScroll: true });
    type(text);
  };

  /* Whoever is at the device now: what was said here is not theirs to see. */
  const ended = () => {
    over = true;
    source?.close();
    wipe();
    queue.length = 0;
    field.value = "";
    notice.replaceChildren(say("gone"), " ");
    const again = say("start_again", "button", "outline");
    again.type = "button";
    again.addEventListener("click", () => location.reload());
    notice.append(again);
  };

  /* Hearing */

  let source = null;

  const refresh = async () => {
    try {
      const answer = await fetch(here("transcript"), { signal: patience() });
      if (answer.status === 401) ended();
      if (!answer.ok) return false;
      draw(await answer.json());
      return true;
    } catch {
      return false;
    }
  };

  /* What the person said on another page of theirs stands where it was said. What they knew before is not read out. */
  const draw = (told) => {
    const elsewhere = told.lines.some((each) => each.from === "you" && !own.has(each.key));
    if (told.talk !== talk || (elsewhere && !queue.length)) wipe();
    talk = told.talk;
    const lately = told.lines.map((each) => each.from).lastIndexOf("you");
    for (const [at, each] of told.lines.entries()) {
      past = at <= lately;
      if (each.from === "you") {
        if (!own.has(each.key)) addOwn(each.key, each.text, each.removed);
      } else if (messages.has(each.id)) refreshButtons(messages.get(each.id), each);
      else addOurs(each);
    }
    past = false;
    last = Math.max(last, told.last);
  };

  const refreshButtons = (message, said) => {
    if (JSON.stringify(said.buttons) !== JSON.stringify(message.said.buttons)) redraw(message, said);
  };

  const listen = () => {
    source?.close();
    source = new EventSource(`${here("stream")}&after=${last}`);
    source.addEventListener("said", (event) => {
      const said = JSON.parse(event.data);
      addOurs(said);
      if (!said.aloud || !speaks || said.replaces) return;
      toHear.push(messages.get(said.id));
      hearNext();
    });
    source.addEventListener("moved", moved);
    source.addEventListener("ready", () => document.body.setAttribute("data-connected", ""));
    source.addEventListener("error", () => document.body.removeAttribute("data-connected"));
  };

  /* A browser has six lines to one server: tabs that nobody looks at would take them from the one in use. */
  const rest = () => {
    source?.close();
    document.body.removeAttribute("data-connected");
  };

  const look = async () => {
    if (!over && (await refresh()) && !document.hidden) listen();
  };

  const moved = () => {
    rest();
    wipe();
    return look();
  };

  const watch = async () => {
    while (!over) {
      await pause(5000);
      if (over || document.hidden || source?.readyState === EventSource.OPEN) continue;
      const reached = await refresh();
      if (reached && !over && source?.readyState === EventSource.CLOSED) listen();
    }
  };

  const begin = async () => {
    while (!over && !(await refresh())) {
      tell(word("offline"));
      await pause(2000);
    }
    if (over) return;
    tell("");
    fresh ??= log.lastElementChild;
    bring();
    grow();
    if (!document.hidden) listen();
    watch();
  };

  /* The page around it */

  const pages = new BroadcastChannel(api);
  pages.addEventListener("message", ended);

  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 160)}px`;
  };

  const leave = async () => {
    try {
      const headers = { "Content-Type": "application/json", "Accept-Language": language };
      const answer = await fetch(`${api}/leave`, { method: "POST", headers, body: "{}" });
      if (!answer.ok) throw new Error("not left");
      pages.postMessage("left");
      ended();
      location.replace(api);
    } catch {
      find("forgetting").close();
      tell(word("offline"));
    }
  };

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    type(field.value);
    field.value = "";
    grow();
  });
  field.addEventListener("input", grow);
  addEventListener("resize", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  for (const each of document.querySelectorAll("[data-say]"))
    each.addEventListener("click", () => ask(each.dataset.say));
  for (const each of document.querySelectorAll("[data-command]"))
    each.addEventListener("click", () => ask(word(each.dataset.command)));
  find("person").addEventListener("click", () => ask(word("person")));
  find("forget").addEventListener("click", () => find("forgetting").showModal());
  find("forget-no").addEventListener("click", () => find("forgetting").close());
  find("forget-yes").addEventListener("click", leave);
  find("menu").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    find("menu").open = false;
    find("menu").querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!find("menu").contains(event.target)) find("menu").open = false;
  });
  for (const each of document.querySelectorAll("[data-word=phone]")) dress(each);
  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : look()));
  addEventListener("beforeunload", (event) => {
    if (queue.length) event.preventDefault();
  });
  begin();
})();
