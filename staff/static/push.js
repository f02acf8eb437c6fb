// Lets this browser show notices, if its user wants that. Without this file the other ways work as they did.
(function () {
  "use strict";
  var button = document.getElementById("allow-push");
  if (!button || !("serviceWorker" in navigator) || !("PushManager" in window)) { return; }
  var form = document.getElementById("push-form"), trouble = document.getElementById("push-trouble");
  document.getElementById("push-offer").hidden = false;

  function key(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/") + "===".slice((text.length + 3) % 4));
    return Uint8Array.from(raw, function (sign) { return sign.charCodeAt(0); });
  }

  button.addEventListener("click", function () {
    trouble.hidden = true;
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") { throw new Error(answer); }
      return navigator.serviceWorker.register(button.dataset.worker, { scope: button.dataset.scope });
    }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (worker) {
      return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key(button.dataset.key) });
    }).then(function (subscription) {
      var told = subscription.toJSON();
      form.elements.address.value = told.endpoint;
      form.elements.p256dh.value = told.keys.p256dh;
      form.elements.auth.value = told.keys.auth;
      form.submit();
    }).catch(function () { trouble.hidden = false; });
  });
})();
