// Keeps an open talk up to date. Without this file the page works by reloading it.
(function () {
  "use strict";
  var live = document.getElementById("live");
  var field = document.getElementById("text");
  if (!live || !window.EventSource || !window.fetch) { return; }
  document.querySelectorAll(".reload").forEach(function (link) { link.hidden = true; });

  var busy = false, again = false;

  function atEnd() {
    return window.innerHeight + window.scrollY >= document.body.scrollHeight - 300;
  }

  function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    var follow = atEnd();
    fetch(live.dataset.lines, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.text();
    }).then(function (html) {
      var held = document.activeElement && live.contains(document.activeElement) ? document.activeElement.id : "";
      live.innerHTML = html;
      if (held && document.getElementById(held)) { document.getElementById(held).focus(); }
      var last = document.getElementById("line-1");
      if (follow && last) { last.scrollIntoView({ block: "nearest" }); }
    }).catch(function () {
      document.querySelectorAll(".reload").forEach(function (link) { link.hidden = false; });
    }).then(function () {
      busy = false;
      if (again) { again = false; refresh(); }
    });
  }

  var stream = new EventSource(live.dataset.stream);
  stream.addEventListener("changed", refresh);
  stream.addEventListener("ready", function () { document.body.dataset.live = "yes"; });

  document.querySelectorAll("form").forEach(function (form) {
    form.addEventListener("submit", function () {
      form.querySelectorAll("button").forEach(function (button) { window.setTimeout(function () { button.disabled = true; }); });
    });
  });
  if (field) {
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.value.trim()) { field.form.requestSubmit(); }
    });
  }
}());
