// Lists by keyboard: j and k go down and up, Enter opens, x selects; "/" goes to the search field.
(function () {
  "use strict";

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function rows() {
    return Array.from(document.querySelectorAll("tr[data-row]"));
  }

  function go(step) {
    var all = rows();
    if (!all.length) { return; }
    var here = all.indexOf(document.activeElement.closest("tr[data-row]"));
    var next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function current() {
    return document.activeElement.closest("tr[data-row]");
  }

  function open(row) {
    var link = row.querySelector("a[href]");
    if (link) { link.click(); }
  }

  function select(row) {
    var box = row.querySelector("input[type=checkbox]");
    if (box) { box.click(); }
  }

  function count(form) {
    var chosen = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
    form.querySelectorAll("[data-chosen]").forEach(function (place) { place.textContent = chosen; });
    form.querySelectorAll("[data-bulk]").forEach(function (bar) { bar.hidden = chosen === 0; });
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (typing(event.target) && event.target.type !== "checkbox") { return; }
    var row = current();
    if (event.key === "j") { go(1); }
    else if (event.key === "k") { go(-1); }
    else if (event.key === "x" && row) { select(row); }
    else if (event.key === "Enter" && row && event.target === row) { open(row); }
    else if (event.key === "/") { document.querySelector("[data-quick]")?.focus(); }
    else { return; }
    event.preventDefault();
  });

  document.addEventListener("change", function (event) {
    var all = event.target.closest("[data-all]");
    if (all) {
      all.closest("table").querySelectorAll("tbody input[type=checkbox]").forEach(function (box) {
        box.checked = all.checked;
      });
    }
    var form = event.target.closest("form[data-selects]");
    if (form) { count(form); }
  });

  // A menu closes when something else is touched.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });

  document.querySelectorAll("form[data-selects]").forEach(count);
  document.addEventListener("htmx:after:swap", function () {
    document.querySelectorAll("form[data-selects]").forEach(count);
  });
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  document.querySelectorAll("[data-without-script]").forEach(function (part) { part.hidden = true; });
})();
