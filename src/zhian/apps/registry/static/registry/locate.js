// The position on the spot, with how exact it is; where there is none, the reason is asked for.
(function () {
  "use strict";
  var button = document.querySelector("[data-locate]");
  var told = document.querySelector("[data-located]");
  if (!button || !told || !("geolocation" in navigator)) { return; }
  function put(name, value) { document.querySelector("[name=" + name + "]").value = value; }
  button.hidden = false;
  button.addEventListener("click", function () {
    told.textContent = "…";
    navigator.geolocation.getCurrentPosition(function (found) {
      var at = found.coords, exact = Math.max(1, Math.round(at.accuracy));
      put("longitude", at.longitude.toFixed(6));
      put("latitude", at.latitude.toFixed(6));
      put("accuracy", exact);
      told.textContent = "± " + exact + " " + told.dataset.metres;
    }, function () {
      told.textContent = told.dataset.no;
      document.querySelector("[name=no_point]").focus();
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  });
}());
