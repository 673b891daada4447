// The officials' map: outlines and points on a canvas, no tiles, no outside server. Clusters are
// counted anew for every picture from plain arrays: twenty thousand points take a few milliseconds.
(function () {
  "use strict";

  var COLOURS = ["--accent", "--today", "--muted", "--late"];
  var CELL = 44;          // pixels of a cluster's cell
  var NEAR = 7;           // pixels around a point that count as on it
  var ALONE = 400;        // so few points in the picture are never clustered
  var MOST = 4000;        // how far one may zoom in

  var room = document.getElementById("map");
  if (!room || !window.fetch) { return; }
  var canvas = room.querySelector("canvas");
  var note = room.querySelector("[data-note]");
  var side = document.querySelector("[data-side]");
  var pen = canvas.getContext("2d");
  var ids = [], xs = new Float64Array(0), ys = new Float64Array(0), kinds = new Uint8Array(0);
  var ground = null, base = null, view = { x: 0, y: 0, k: 1 }, hits = [], chosen = 0, waiting = false;

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // ---- degrees to units of the whole picture (0..1 wide), then to pixels

  function project(box) {
    var middle = (box[1] + box[3]) / 2 * Math.PI / 180;
    var wide = Math.max(box[2] - box[0], 0.01), high = Math.max(box[3] - box[1], 0.01);
    var size = Math.max(wide, high / Math.cos(middle)) * 1.08;
    var west = (box[0] + box[2] - size) / 2;
    var north = (box[1] + box[3]) / 2 + size * Math.cos(middle) / 2;
    return {
      wide: wide * 1.08 / size,
      high: high * 1.08 / Math.cos(middle) / size,
      x: function (lon) { return (lon - west) / size; },
      y: function (lat) { return (north - lat) / (size * Math.cos(middle)); }
    };
  }

  function scale() {
    var fit = base || { wide: 1, high: 1 };
    return Math.min(canvas.clientWidth / fit.wide, canvas.clientHeight / fit.high) * view.k;
  }
  function left() { return canvas.clientWidth / 2 - (0.5 + view.x) * scale(); }
  function top() { return canvas.clientHeight / 2 - (0.5 + view.y) * scale(); }

  // ---- drawing

  function draw() {
    waiting = false;
    var ratio = window.devicePixelRatio || 1;
    var width = canvas.clientWidth, height = canvas.clientHeight;
    if (canvas.width !== Math.round(width * ratio)) { canvas.width = Math.round(width * ratio); }
    if (canvas.height !== Math.round(height * ratio)) { canvas.height = Math.round(height * ratio); }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    hits = [];
    if (!ground) { return; }
    if (ground.plan) { plan(width); return; }
    areas();
    dots(width, height);
    names();
  }

  function redraw() {
    if (!waiting) { waiting = true; requestAnimationFrame(draw); }
  }

  function trace(rings) {
    var s = scale(), l = left(), t = top();
    pen.beginPath();
    rings.forEach(function (polygon) {
      polygon.forEach(function (ring) {
        ring.forEach(function (point, i) {
          var x = base.x(point[0]) * s + l, y = base.y(point[1]) * s + t;
          if (i) { pen.lineTo(x, y); } else { pen.moveTo(x, y); }
        });
        pen.closePath();
      });
    });
  }

  function areas() {
    pen.lineWidth = 1;
    ground.areas.forEach(function (area) {
      trace(area.rings);
      pen.globalAlpha = 0.08;
      pen.fillStyle = colour("--accent");
      pen.fill("evenodd");
      pen.globalAlpha = 0.7;
      pen.strokeStyle = colour("--accent");
      pen.setLineDash(area.guessed ? [4, 3] : []);
      pen.stroke();
    });
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    if (ground.border.length) {
      trace(ground.border);
      pen.strokeStyle = colour("--muted");
      pen.lineWidth = 1.5;
      pen.stroke();
    }
  }

  function names() {
    pen.font = "12px " + getComputedStyle(document.body).fontFamily;
    pen.textAlign = "center";
    ground.areas.forEach(function (area) {
      if (!area.middle) { return; }
      var x = base.x(area.middle[0]) * scale() + left(), y = base.y(area.middle[1]) * scale() + top();
      label(area.name + " " + area.n + (area.blind ? " ⚠" + area.blind : ""), x, y);
    });
  }

  function label(text, x, y) {
    pen.lineWidth = 3;
    pen.strokeStyle = colour("--paper");
    pen.fillStyle = colour("--ink");
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  }

  function plan(width) {
    var s = Math.min(width, canvas.clientHeight) / 1000 * view.k, l = left(), t = top();
    pen.font = "12px " + getComputedStyle(document.body).fontFamily;
    pen.textAlign = "center";
    ground.areas.forEach(function (area) {
      if (!area.circle) { return; }
      var x = area.circle[0] * s + l, y = area.circle[1] * s + t, r = area.circle[2] * s;
      pen.globalAlpha = 0.15;
      pen.fillStyle = colour("--accent");
      pen.beginPath();
      pen.arc(x, y, r, 0, 7);
      pen.fill();
      pen.globalAlpha = 1;
      label(area.name, x, y - 2);
      label(area.n + (area.blind ? " ⚠" + area.blind : ""), x, y + 14);
      hits.push({ x: x, y: y, r: r, area: area });
    });
  }

  function dots(width, height) {
    var s = scale(), l = left(), t = top(), seen = [], i, x, y;
    for (i = 0; i < ids.length; i += 1) {
      x = xs[i] * s + l;
      y = ys[i] * s + t;
      if (x > -20 && y > -20 && x < width + 20 && y < height + 20) { seen.push(i); }
    }
    if (seen.length <= ALONE || view.k >= 64) { singles(seen, s, l, t); return; }
    clusters(seen, s, l, t);
  }

  function singles(seen, s, l, t) {
    var paints = COLOURS.map(colour), size = seen.length > 2000 ? 2.5 : 4.5;
    for (var kind = 0; kind < COLOURS.length; kind += 1) {
      pen.fillStyle = paints[kind];
      pen.beginPath();
      for (var n = 0; n < seen.length; n += 1) {
        var i = seen[n];
        if (kinds[i] !== kind) { continue; }
        var x = xs[i] * s + l, y = ys[i] * s + t, r = ids[i] === chosen ? 8 : size;
        pen.moveTo(x + r, y);
        pen.arc(x, y, r, 0, 7);
        hits.push({ x: x, y: y, r: Math.max(r, NEAR), id: ids[i] });
      }
      pen.fill();
    }
  }

  // part of a disc, from the top clockwise: how much of a cluster is blind spots
  function slice(x, y, r, from, to, name) {
    if (to <= from) { return; }
    var turn = 2 * Math.PI, top = -Math.PI / 2;
    pen.fillStyle = colour(name);
    pen.beginPath();
    if (to - from < 1) { pen.moveTo(x, y); }
    pen.arc(x, y, r, top + from * turn, top + to * turn);
    pen.fill();
  }

  function clusters(seen, s, l, t) {
    var cells = new Map(), alone = [];
    for (var n = 0; n < seen.length; n += 1) {
      var i = seen[n], column = Math.floor(xs[i] * s / CELL), row = Math.floor(ys[i] * s / CELL);
      var key = column * 65536 + row, cell = cells.get(key);
      if (!cell) { cells.set(key, cell = { n: 0, x: 0, y: 0, first: i, blind: 0 }); }
      cell.n += 1;
      cell.x += xs[i];
      cell.y += ys[i];
      if (kinds[i] === 3) { cell.blind += 1; }
    }
    cells.forEach(function (cell) {
      if (cell.n === 1) { alone.push(cell.first); return; }
      var x = cell.x / cell.n * s + l, y = cell.y / cell.n * s + t;
      var r = Math.min(CELL / 2 - 1, 8 + 3 * Math.log2(cell.n));
      pen.globalAlpha = 0.85;
      slice(x, y, r, 0, 1, "--accent");
      slice(x, y, r, 0, cell.blind / cell.n, "--late");
      pen.globalAlpha = 1;
      pen.fillStyle = colour("--paper");
      pen.font = "600 11px " + getComputedStyle(document.body).fontFamily;
      pen.textAlign = "center";
      pen.fillText(cell.n > 999 ? Math.round(cell.n / 100) / 10 + "k" : cell.n, x, y + 4);
      hits.push({ x: x, y: y, r: r, at: [cell.x / cell.n, cell.y / cell.n] });
    });
    singles(alone, s, l, t);
  }

  // ---- moving

  function move(dx, dy) {
    view.x -= dx / scale();
    view.y -= dy / scale();
    redraw();
  }

  function zoom(by, x, y) {
    var k = Math.min(Math.max(view.k * by, 0.6), MOST), s = scale();
    var ux = (x - left()) / s, uy = (y - top()) / s;
    view.x = ux - 0.5 - (x - canvas.clientWidth / 2) / (s * k / view.k);
    view.y = uy - 0.5 - (y - canvas.clientHeight / 2) / (s * k / view.k);
    view.k = k;
    redraw();
  }

  function whole() { view = { x: 0, y: 0, k: 1 }; redraw(); }
  function middle(by) { zoom(by, canvas.clientWidth / 2, canvas.clientHeight / 2); }

  var fingers = new Map(), dragged = 0, spread = 0;

  canvas.addEventListener("pointerdown", function (event) {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
    dragged = 0;
    spread = 0;
  });

  canvas.addEventListener("pointermove", function (event) {
    var was = fingers.get(event.pointerId), now = [event.offsetX, event.offsetY];
    if (!was) { return; }
    fingers.set(event.pointerId, now);
    if (fingers.size === 1) {
      dragged += Math.abs(now[0] - was[0]) + Math.abs(now[1] - was[1]);
      move(now[0] - was[0], now[1] - was[1]);
    } else if (fingers.size === 2) {
      var two = Array.from(fingers.values());
      var far = Math.hypot(two[0][0] - two[1][0], two[0][1] - two[1][1]);
      if (spread) { zoom(far / spread, (two[0][0] + two[1][0]) / 2, (two[0][1] + two[1][1]) / 2); }
      spread = far;
      dragged = 99;
    }
  });

  function lift(event) {
    var one = fingers.size === 1;
    fingers.delete(event.pointerId);
    spread = 0;
    if (one && event.type === "pointerup" && dragged < 6) { press(event.offsetX, event.offsetY); }
  }

  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  canvas.addEventListener("wheel", function (event) {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  }, { passive: false });

  canvas.addEventListener("keydown", function (event) {
    var step = 60;
    if (event.key === "ArrowLeft") { move(step, 0); }
    else if (event.key === "ArrowRight") { move(-step, 0); }
    else if (event.key === "ArrowUp") { move(0, step); }
    else if (event.key === "ArrowDown") { move(0, -step); }
    else if (event.key === "+" || event.key === "=") { middle(1.5); }
    else if (event.key === "-") { middle(1 / 1.5); }
    else if (event.key === "0") { whole(); }
    else { return; }
    event.preventDefault();
  });

  room.addEventListener("click", function (event) {
    var button = event.target.closest("[data-zoom]");
    if (!button) { return; }
    if (button.dataset.zoom === "all") { whole(); }
    else { middle(button.dataset.zoom === "in" ? 1.8 : 1 / 1.8); }
  });

  // ---- what was pressed

  function press(x, y) {
    var best = null, far = Infinity;
    hits.forEach(function (hit) {
      var off = Math.hypot(hit.x - x, hit.y - y);
      if (off <= hit.r && off < far) { best = hit; far = off; }
    });
    if (!best) { return; }
    if (best.id) { open(best.id); }
    else if (best.at) { zoom(2.5, best.x, best.y); }
    else if (best.area) { narrow(best.area); }
  }

  function narrow(area) {
    var query = new URLSearchParams(location.search);
    query.set("town", area.prefix);
    query.delete("page");
    location.search = query.toString();
  }

  function open(id) {
    chosen = id;
    redraw();
    fetch(room.dataset.card.replace("/0/", "/" + id + "/") + "?part=1", { credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) { throw answer; } return answer.text(); })
      .then(function (text) {
        side.innerHTML = text;
        side.hidden = false;
        redraw();
      })
      .catch(function () { side.hidden = true; });
  }

  // ---- reading

  function load(url) {
    return fetch(url, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw answer; }
      return answer.json();
    });
  }

  function centre(rings) {
    var ring = rings.reduce(function (most, polygon) {
      return polygon[0].length > most.length ? polygon[0] : most;
    }, []);
    if (!ring.length) { return null; }
    var lons = ring.map(function (p) { return p[0]; }), lats = ring.map(function (p) { return p[1]; });
    return [(Math.min.apply(0, lons) + Math.max.apply(0, lons)) / 2,
      (Math.min.apply(0, lats) + Math.max.apply(0, lats)) / 2];
  }

  function show(found, lying) {
    ground = lying;
    base = lying.box ? project(lying.box) : null;
    ground.areas.forEach(function (area) { area.middle = centre(area.rings); });
    var n = found.points.length;
    ids = new Array(n);
    xs = new Float64Array(n);
    ys = new Float64Array(n);
    kinds = new Uint8Array(n);
    found.points.forEach(function (row, i) {
      ids[i] = row[0];
      xs[i] = base ? base.x(row[1]) : 0;
      ys[i] = base ? base.y(row[2]) : 0;
      kinds[i] = row[3];
    });
    room.querySelector("[data-plan]").hidden = !ground.plan;
    room.querySelector("[data-guessed]").hidden = ground.plan ||
      !ground.areas.some(function (area) { return area.guessed && area.rings.length; });
    note.textContent = "";
    room.dataset.ready = String(n);
    redraw();
  }

  room.hidden = false;
  Promise.all([load(room.dataset.points), load(room.dataset.ground)])
    .then(function (both) { show(both[0], both[1]); })
    .catch(function () {
      room.hidden = true;
      document.querySelector("[data-failed]").hidden = false;
    });
  window.addEventListener("resize", redraw);
  window.addEventListener("beforeprint", draw);
  if (window.ResizeObserver) { new ResizeObserver(redraw).observe(canvas); }
})();
