// Shows a notice of the console: that something waits. It keeps no page and sees no request.
self.addEventListener("push", function (event) {
  "use strict";
  var told = {};
  try { told = event.data ? event.data.json() : {}; } catch (error) { told = {}; }
  var number = /^[0-9a-f]{32}$/.test(told.case || "") ? told.case : "";
  event.waitUntil(self.registration.showNotification("Opstap", {
    body: told.text || "", tag: number || "opstap", icon: "static/mark.svg", data: { number: number }
  }));
});

self.addEventListener("notificationclick", function (event) {
  "use strict";
  event.notification.close();
  var number = event.notification.data && event.notification.data.number;
  event.waitUntil(self.clients.openWindow(self.registration.scope + (number ? "cases/" + number : "")));
});
