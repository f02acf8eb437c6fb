// Renews what an open page shows when the server's bell rings. Without this file pages are renewed by reloading them.
(function () {
  "use strict";
  var renewing = document.getElementById("renew");
  if (!renewing || !window.EventSource || !window.htmx) { return; }
  var told = document.getElementById("live-told");
  var stream = null, missed = false, first = true, again = false, busy = false, news = [];

  function regions() {
    return Array.prototype.slice.call(document.querySelectorAll("[data-live]"));
  }

  // Somebody who is typing keeps what they typed: the part renews itself once they are done.
  function isBeingUsed(region) {
    var fields = region.querySelectorAll("textarea, input:not([type=hidden]), select");
    return Array.prototype.some.call(fields, function (field) {
      if (field === document.activeElement) { return true; }
      if (field.type === "checkbox" || field.type === "radio") { return field.checked !== field.defaultChecked; }
      if (field.type === "file") { return field.files.length > 0; }
      if (field.tagName === "SELECT") {
        return Array.prototype.some.call(field.options, function (option) {
          return option.selected !== option.defaultSelected && field.selectedIndex > 0;
        });
      }
      return field.value !== field.defaultValue;
    });
  }

  function renew() {
    if (document.hidden) { missed = true; return; }
    if (busy) { again = true; return; }
    busy = true;
    window.htmx.trigger(renewing, "renew");
  }

  function open() {
    if (stream) { return; }
    stream = new window.EventSource(renewing.dataset.stream);
    stream.addEventListener("changed", renew);
    stream.addEventListener("ready", function () {
      document.body.dataset.live = "yes";
      if (!first) { renew(); }
      first = false;
    });
  }

  function close() {
    if (stream) { stream.close(); stream = null; }
  }

  // A page in the background holds no connection: browsers have few of them for one address.
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { close(); return; }
    open();
    if (missed) { missed = false; renew(); }
  });
  window.addEventListener("pagehide", close);

  document.body.addEventListener("htmx:beforeSwap", function (event) {
    var asked = new window.URL(event.detail.xhr.responseURL, window.location.href).pathname;
    if (asked !== window.location.pathname) {
      event.detail.shouldSwap = false;
      close();
      window.location.reload();
    }
  });

  document.body.addEventListener("htmx:oobBeforeSwap", function (event) {
    var region = event.detail.target, fresh = event.detail.fragment.firstElementChild;
    if (isBeingUsed(region)) { event.detail.shouldSwap = false; missed = true; return; }
    region.querySelectorAll("details[id][open]").forEach(function (held) {
      var same = fresh && fresh.querySelector("#" + window.CSS.escape(held.id));
      if (same) { same.open = true; }
    });
    if (fresh && fresh.dataset.news && fresh.textContent !== region.textContent) { news.push(fresh.dataset.news); }
  });

  document.body.addEventListener("htmx:afterRequest", function () {
    busy = false;
    if (told && news.length) { told.textContent = news.join(". "); }
    news = [];
    if (again) { again = false; renew(); }
    document.dispatchEvent(new window.Event("renewed"));
  });

  document.addEventListener("focusout", function () {
    window.setTimeout(function () {
      if (missed && !regions().some(isBeingUsed)) { missed = false; renew(); }
    });
  });

  document.querySelectorAll(".reload").forEach(function (link) { link.hidden = true; });
  open();
}());
