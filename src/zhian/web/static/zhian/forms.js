// Drafts survive a reload (kept on this machine only, gone when sent or at logout); lines can be added.
(function () {
  "use strict";
  var PREFIX = "zhian.draft.";
  var SKIP = ["csrfmiddlewaretoken", "head", "key"];
  var user = document.body.dataset.user || "";

  function name(path) { return PREFIX + user + "." + path; }

  function fields(form) {
    return Array.from(form.elements).filter(function (field) {
      return field.name && field.type !== "file" && field.type !== "hidden" &&
        field.type !== "submit" && SKIP.indexOf(field.name) < 0 && field.name.indexOf("kept-") !== 0;
    });
  }

  function read(form) {
    return fields(form).map(function (field) {
      var tick = field.type === "checkbox" || field.type === "radio";
      return [field.name, tick ? field.value : null, tick ? field.checked : field.value];
    });
  }

  function fill(form, draft) {
    draft.forEach(function (row) { if (!form.elements[row[0]] && row[2]) { addLinesFor(form, row[0]); } });
    fields(form).forEach(function (field) {
      draft.forEach(function (row) {
        if (row[0] !== field.name) { return; }
        if (row[1] === null) { field.value = row[2]; }
        else if (row[1] === field.value) { field.checked = row[2]; }
      });
    });
  }

  function addLinesFor(form, field) {
    var match = /^([a-z_]+)-(\d+)-/.exec(field);
    var set = match && form.querySelector('[data-items="' + match[1] + '"]');
    while (set && !form.elements[field] && set.querySelectorAll("[data-line]").length <= Number(match[2])) {
      addLine(set);
    }
  }

  function addLine(set) {
    var lines = set.querySelectorAll("[data-line]");
    var last = lines[lines.length - 1];
    var copy = last.cloneNode(true);
    var number = lines.length;
    copy.querySelector(".item-number").textContent = number + 1;
    copy.querySelectorAll("[name]").forEach(function (field) {
      field.name = field.name.replace(/-\d+-/, "-" + number + "-");
      field.id = field.id.replace(/-\d+-/, "-" + number + "-");
      field.value = "";
    });
    copy.querySelectorAll("label[for]").forEach(function (label) {
      label.htmlFor = label.htmlFor.replace(/-\d+-/, "-" + number + "-");
    });
    last.after(copy);
    return copy;
  }

  function watch(form) {
    var place = name(location.pathname);
    var kept = localStorage.getItem(place);
    var first = JSON.stringify(read(form));
    var says = form.querySelector("[data-draft-says]");
    if (kept && kept !== first && form.dataset.draft === "fresh") {
      fill(form, JSON.parse(kept));
      if (says) { says.hidden = false; }
    }
    var timer = 0;
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        localStorage.setItem(place, JSON.stringify(read(form)));
      }, 300);
    });
    form.querySelector("[data-draft-drop]")?.addEventListener("click", function () {
      localStorage.removeItem(place);
      location.reload();
    });
  }

  function forget(test) {
    Object.keys(localStorage).filter(function (key) {
      return key.indexOf(PREFIX) === 0 && test(key);
    }).forEach(function (key) { localStorage.removeItem(key); });
  }

  document.querySelectorAll(".note[data-tags^='done ']").forEach(function (note) {
    var path = note.dataset.tags.split(" ")[1];
    forget(function (key) { return key === name(path); });
  });
  document.querySelectorAll("[data-leaves]").forEach(function (button) {
    button.addEventListener("click", function () { forget(function () { return true; }); });
  });
  document.querySelectorAll("form[data-draft]").forEach(watch);
  document.querySelectorAll("[data-add-line]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      addLine(button.closest("[data-items]")).querySelector("input, select, textarea").focus();
    });
  });

  // A second click while the first is on its way sends nothing.
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "post") { return; }
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    setTimeout(function () { delete event.target.dataset.sent; }, 5000);
  });
  document.querySelectorAll("[data-focus]").forEach(function (part) { part.focus(); });
})();
