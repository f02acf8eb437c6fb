// Moves a visit by dragging its grip or by keyboard. Without this file the link Move does the same on a page of its own.
(function () {
  "use strict";
  var week = document.getElementById("week"), say = document.getElementById("say");
  var dialog = document.getElementById("sure"), form = document.getElementById("sure-form");
  if (!week || !dialog || !dialog.showModal || !window.fetch) { return; }
  var held = null;
  var EDGE = 60, STEP = 18;

  function text(name, values) {
    return week.dataset[name].replace(/\{(\w+)\}/g, function (_, key) { return values[key]; });
  }

  function announce(words) { say.textContent = ""; window.setTimeout(function () { say.textContent = words; }, 30); }

  function fail() { announce(week.dataset.failed); window.location.reload(); }

  // Takes up the visit of this grip: the times to which it can go come from the server.
  function pickUp(grip, ready) {
    if (held) { putBack(); }
    var mine = held = { grip: grip, visit: grip.closest("li"), targets: [], at: -1 };
    mine.visit.classList.add("picked");
    var place = new URLSearchParams({ day: week.dataset.day, first: week.dataset.first, last: week.dataset.last });
    fetch(grip.dataset.times + "?" + place, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.json();
    }).then(function (times) {
      if (held !== mine) { return; }
      week.classList.add("moving");
      mine.targets = times.map(show).filter(Boolean);
      ready(mine);
    }).catch(fail);
  }

  function show(time) {
    var list = week.querySelector('.slots[data-day="' + time.day + '"]');
    if (!list) { return null; }
    var item = document.createElement("li"), button = document.createElement("button");
    item.className = "target " + time.place;
    button.type = "button";
    button.tabIndex = -1;
    button.textContent = time.clock;
    button.setAttribute("aria-label", time.label);
    button.addEventListener("click", function () { putDown(time); });
    item.appendChild(button);
    list.appendChild(item);
    return { time: time, item: item };
  }

  function putBack(silent) {
    if (!held) { return; }
    held.targets.forEach(function (target) { target.item.remove(); });
    held.visit.classList.remove("picked", "carried");
    held.visit.style.transform = "";
    week.classList.remove("moving");
    var grip = held.grip;
    held = null;
    if (!silent) { announce(week.dataset.left); grip.focus(); }
  }

  function choose(index) {
    held.targets.forEach(function (target, number) { target.item.classList.toggle("chosen", number === index); });
    held.at = index;
  }

  function putDown(time) {
    if (!held) { return; }
    form.action = held.grip.dataset.move;
    form.elements.version.value = held.grip.dataset.version;
    form.elements.slot.value = time.slot;
    document.getElementById("sure-text").textContent = text("ask", { what: held.grip.dataset.what, when: time.label });
    dialog.showModal();
  }

  // The server has the last word: it answers with the page as it is now.
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    dialog.close("sent");
    fetch(form.action, { method: "POST", credentials: "same-origin", body: new URLSearchParams(new FormData(form)) })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(answer.status); }
        return answer.text();
      }).then(renew).catch(fail);
  });
  document.getElementById("sure-not").addEventListener("click", function () { dialog.close(); });
  dialog.addEventListener("close", function () { if (dialog.returnValue !== "sent") { putBack(); } dialog.returnValue = ""; });

  function renew(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    var news = fresh.getElementById("news"), days = fresh.getElementById("week");
    if (!news || !days) { throw new Error("another page"); }
    held = null;
    document.getElementById("news").replaceWith(news);
    week.replaceWith(days);
    week = days;
    var outside = document.querySelector(".outside"), now = fresh.querySelector(".outside");
    if (outside && now) { outside.replaceWith(now); } else if (outside) { outside.remove(); }
    begin();
    announce(news.textContent.trim());
    var moved = document.getElementById("visit-" + week.dataset.new);
    var grip = moved && moved.querySelector(".grip");
    if (grip) { grip.focus(); } else { document.getElementById("main").focus(); }
  }

  function byKeyboard(event) {
    if (!held || held.dragged) { return; }
    var count = held.targets.length;
    if (event.key === "Escape") { event.preventDefault(); putBack(); return; }
    if (!count) { return; }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (held.at >= 0) { putDown(held.targets[held.at].time); }
      return;
    }
    var next = target(event.key);
    if (next === null) { return; }
    event.preventDefault();
    choose(next);
    held.targets[next].item.scrollIntoView({ block: "nearest" });
    announce(held.targets[next].time.label);
  }

  // Up and down go from time to time, left and right from day to day.
  function target(key) {
    var at = held.at, targets = held.targets, last = targets.length - 1;
    if (key === "ArrowDown") { return Math.min(at + 1, last); }
    if (key === "ArrowUp") { return Math.max(at - 1, 0); }
    if (key !== "ArrowRight" && key !== "ArrowLeft") { return null; }
    if (at < 0) { return 0; }
    var step = key === "ArrowRight" ? 1 : -1, here = targets[at].time, best = null;
    for (var index = at + step; index >= 0 && index <= last; index += step) {
      var other = targets[index].time;
      if (other.day === here.day) { continue; }
      if (best === null) { best = index; }
      if (other.day !== targets[best].time.day) { break; }
      if (Math.abs(minutes(other) - minutes(here)) <= Math.abs(minutes(targets[best].time) - minutes(here))) { best = index; }
    }
    return best === null ? at : best;
  }

  function minutes(time) { return Number(time.clock.slice(0, 2)) * 60 + Number(time.clock.slice(3)); }

  function under(event) {
    var found = document.elementFromPoint(event.clientX, event.clientY);
    var item = found && found.closest(".target");
    return item ? held.targets.findIndex(function (target) { return target.item === item; }) : -1;
  }

  function drag(grip, event) {
    if (event.button) { return; }
    var from = { x: event.clientX, y: event.clientY + window.scrollY }, moved = false;
    grip.setPointerCapture(event.pointerId);

    function move(next) {
      var dx = next.clientX - from.x, dy = next.clientY + window.scrollY - from.y;
      if (!moved && Math.abs(dx) + Math.abs(dy) < 6) { return; }
      if (!moved) { moved = true; pickUp(grip, function () { }); held.dragged = true; held.visit.classList.add("carried"); }
      if (!held) { return; }
      held.visit.style.transform = "translate(" + dx + "px, " + dy + "px)";
      if (next.clientY < EDGE) { window.scrollBy(0, -STEP); }
      if (next.clientY > window.innerHeight - EDGE) { window.scrollBy(0, STEP); }
      choose(under(next));
    }

    function end(next) {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      if (!moved) { return; }
      swallowClick(grip);
      if (!held) { return; }
      var at = next.type === "pointerup" ? under(next) : -1;
      if (at < 0) { putBack(); return; }
      held.visit.classList.remove("carried");
      held.visit.style.transform = "";
      putDown(held.targets[at].time);
    }

    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }

  function swallowClick(grip) {
    function stop(event) { event.stopImmediatePropagation(); event.preventDefault(); }
    grip.addEventListener("click", stop, { capture: true, once: true });
    window.setTimeout(function () { grip.removeEventListener("click", stop, { capture: true }); });
  }

  // A tap or a key on the grip takes the visit up; then the arrows, or a tap on a time, say where it goes.
  function take(grip) {
    if (held && held.grip === grip) { if (held.at < 0) { putBack(); } return; }
    pickUp(grip, function (mine) {
      if (!mine.targets.length) { putBack(true); announce(week.dataset.nowhere); return; }
      announce(text("picked", { what: grip.dataset.what, count: mine.targets.length }));
      week.dataset.ready = "yes";
    });
  }

  function begin() {
    week.querySelectorAll(".grip").forEach(function (grip) {
      grip.hidden = false;
      grip.addEventListener("click", function () { take(grip); });
      grip.addEventListener("keydown", byKeyboard);
      grip.addEventListener("pointerdown", function (event) { drag(grip, event); });
    });
  }

  begin();
}());
