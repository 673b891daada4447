// Dark or light as the system has it; set before the page is drawn.
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function choose() {
    document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  }
  choose();
  dark.addEventListener("change", choose);
})();
