// The review desk by keyboard: 1-3 the same, N none of these, U not sure, Z undo the last, S skip.
(function () {
  "use strict";

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) { return; }
    var button = document.querySelector('main [data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (!button || button.disabled) { return; }
    event.preventDefault();
    button.click();
  });

  // After an answer the next question is read from its head.
  document.addEventListener("htmx:after:swap", function () {
    var head = document.querySelector("#review [data-head]");
    if (head) {
      head.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  });
})();
