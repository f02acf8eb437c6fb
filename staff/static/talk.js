// Small comforts of the talk: the newest line stays in sight, a form is sent once, Ctrl and Enter send.
(function () {
  "use strict";
  var field = document.getElementById("text");
  var follow = true;

  function atEnd() {
    return window.innerHeight + window.scrollY >= document.body.scrollHeight - 300;
  }

  document.body.addEventListener("htmx:beforeRequest", function () { follow = atEnd(); });
  document.addEventListener("renewed", function () {
    var last = document.getElementById("line-1");
    if (follow && last) { last.scrollIntoView({ block: "nearest" }); }
  });

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
