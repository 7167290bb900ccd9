// The plane: points, the regions of the centroids, and K-means by hand. Python has sent the points
// and a start; all that follows is computed here, by the rules of `assign` and `update`.
//
// `now` is what is shown: { data, centroids, labels, near, sums, stale, error, chosen, message }.
// `measure` makes it of centroids and labels, in one pass over the points.

const CHANNELS = ["red", "green", "blue"];
const MAX_K = 8, SEEDS = 10, LOW = -8, HIGH = 263; // as in plane.py
const FEW = 40; // as many points, at most, are drawn as marks with numbers
const LISTED = 16; // as many are listed with all their squared distances
const LEVELS = 64; // of ink, from rare points to frequent ones
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const COLOURS = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233],
  [230, 159, 0], [120, 94, 240], [128, 128, 128]];
const SHAPES = [[40, 0], [4, 45], [3, 0], [4, 0], [5, 0], [6, 30], [3, 180], [5, 180]]; // corners, turned by

const bytes = (data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const floats = (data) => new Float64Array(bytes(data).slice().buffer);
const css = (colour) => `rgb(${colour.join(" ")})`;
const fixed = (value, digits = 1) =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const short = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
const many = (number, noun) =>
  `${number.toLocaleString("en")} ${number === 1 ? noun.slice(0, -1) : noun}`;

function element(name, className, text = "", children = []) {
  const made = Object.assign(document.createElement(name), { className, textContent: text });
  made.append(...children);
  return made;
}

// ------------------------------------------------------------ K-means

function readData(sent) {
  const values = floats(sent.points), counts = floats(sent.counts);
  const total = counts.reduce((a, b) => a + b);
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 8)); // points that occur once stay pale
  const levels = Uint8Array.from(counts, (count) => ((LEVELS - 1) * Math.log1p(count)) / most);
  return { ...sent, values, counts, total, levels, n: counts.length };
}

// Without labels, every point gets that of the nearest centroid. As in `assign`, it is the one with
// the lowest |c|² - 2 x·c, which is |x - c|² less |x|², and a tie goes to the lowest label.
function measure(data, centroids, given) {
  const { values, counts, n } = data, flat = Float64Array.from(centroids.flat());
  const weights = Float64Array.from(centroids.flatMap(([x, y]) => [-2 * x, -2 * y, x * x + y * y]));
  const near = new Uint8Array(n), labels = given ?? near, sums = new Float64Array(weights.length);
  let squared = 0, stale = 0;
  for (let i = 0; i < n; i++) {
    const x = values[2 * i], y = values[2 * i + 1], count = counts[i];
    let least = Infinity;
    for (let j = 0; 3 * j < weights.length; j++) {
      const score = x * weights[3 * j] + y * weights[3 * j + 1] + weights[3 * j + 2];
      if (score >= least) continue;
      least = score;
      near[i] = j;
    }
    const label = labels[i], right = x - flat[2 * label], up = y - flat[2 * label + 1];
    if (label !== near[i]) stale += count;
    sums[3 * label] += count * x;
    sums[3 * label + 1] += count * y;
    sums[3 * label + 2] += count;
    squared += count * (right * right + up * up);
  }
  return { data, centroids, labels, near, sums, stale, error: squared / (2 * data.total) };
}

const assign = ({ data, centroids }) => measure(data, centroids);

// A centroid without points stays where it is.
function update({ data, centroids, labels, sums }) {
  const mean = (old, j) => sums[3 * j + 2] ? [0, 1].map((axis) => sums[3 * j + axis] / sums[3 * j + 2]) : old;
  return measure(data, centroids.map(mean), labels);
}

// What the buttons do: each gives what is shown next, and says what happened.
const fell = (before, after) => `The error was ${fixed(before.error)} and is ${fixed(after.error)}.`;
const STEPS = {
  Assign: (now) => {
    const next = assign(now), changed = many(now.stale, now.data.noun);
    if (!now.stale) return [next, "Assign: no label changes. Every point has the label of its nearest centroid."];
    return [next, `Assign: ${changed} changed the label. ${fell(now, next)}`];
  },
  Update: (now) => {
    const next = update(now), { noun } = now.data, moved = String(next.centroids) !== String(now.centroids);
    const alone = [...next.centroids.keys()].filter((j) => !next.sums[3 * j + 2]);
    const stays = alone.map((j) => ` Centroid ${j} has no ${noun} and stays.`).join("");
    if (!moved) return [next, `Update: no centroid moves; each is the mean of its ${noun}.${stays}`];
    const left = next.stale ? ` Now nearer to another centroid: ${many(next.stale, noun)}.` : "";
    return [next, `Update: the centroids moved to the means of their ${noun}.${stays} ${fell(now, next)}${left}`];
  },
  "Run to the end": (now) => {
    let next = assign(now), rounds = 0;
    for (; rounds < 1000; rounds++) {
      const moved = update(next);
      if (!moved.stale && String(moved.centroids) === String(next.centroids)) break;
      next = assign(moved);
    }
    const rest = "Now neither half-step changes anything.";
    return [next, `${many(rounds, "iterations")} of update and assign. ${fell(now, next)} ${rest}`];
  },
  "Start again": (now) => [assign({ ...now, centroids: now.data.start }), "Back at the start."],
};

// ------------------------------------------------------------ geometry

const squared = ([a, b], [x, y]) => (a - x) ** 2 + (b - y) ** 2;
const point = ({ values }, i) => [values[2 * i], values[2 * i + 1]];

// The region of a centroid: the plane, cut along the line half-way to every other centroid.
function region(centroids, j) {
  let corners = [[LOW, LOW], [HIGH, LOW], [HIGH, HIGH], [LOW, HIGH]];
  centroids.forEach((other, i) => {
    if (String(other) === String(centroids[j])) corners = i < j ? [] : corners; // of twins, the first
    else corners = cut(corners, (place) => squared(place, other) - squared(place, centroids[j]));
  });
  return corners;
}

// The part of a polygon where a function that is linear is not negative.
function cut(corners, side) {
  return corners.flatMap((corner, i) => {
    const next = corners[(i + 1) % corners.length], here = side(corner), there = side(next);
    const part = here / (here - there), between = corner.map((at, axis) => at + part * (next[axis] - at));
    return [...(here >= 0 ? [corner] : []), ...(here * there < 0 ? [between] : [])];
  });
}

// The nearest point to a place; beyond(i) says which points may be it.
function nearestPoint(data, place, beyond = () => true) {
  let best = -1, least = Infinity;
  for (let i = 0; i < data.n; i++) {
    const far = squared(point(data, i), place);
    if (far < least && beyond(i)) [best, least] = [i, far];
  }
  return best;
}

// The nearest point in the direction of an arrow key: within 45 degrees of it, or else on its side.
function neighbour(data, from, [right, up]) {
  const here = point(data, from), along = (i) => {
    const [x, y] = point(data, i), a = x - here[0], b = y - here[1];
    return [a * right + b * up, Math.abs(a * up) + Math.abs(b * right)];
  };
  const straight = nearestPoint(data, here, (i) => along(i)[0] > 0 && along(i)[0] >= along(i)[1]);
  if (straight >= 0) return straight;
  const aside = nearestPoint(data, here, (i) => along(i)[0] > 0);
  return aside >= 0 ? aside : from;
}

// ------------------------------------------------------------ what is painted

// Gives for each label and level of ink the pixel, ABGR in one number: the more, the nearer to ink.
function inks(ink) {
  const shade = (colour, level) => colour.map((own, i) => own + (0.6 * level * (ink[i] - own)) / LEVELS);
  return COLOURS.map((colour) => Uint32Array.from({ length: LEVELS }, (_, level) => {
    const [r, g, b] = shade(colour, level);
    return ((90 + (165 * level) / LEVELS) << 24) | (b << 16) | (g << 8) | r;
  }));
}

// Paints a square for each point, in the colour of its label; in pure ink if another is nearer.
function paintPoints(context, { data, labels, near }, ink) {
  const { width, height } = context.canvas, pixels = new Uint32Array(width * height);
  const { values, levels, n } = data, colours = inks(ink), scale = width / (HIGH - LOW);
  const pure = (255 << 24) | (ink[2] << 16) | (ink[1] << 8) | ink[0];
  const size = Math.ceil((n < 2000 ? 2.2 : 1) * scale);
  for (let i = 0; i < n; i++) {
    const left = Math.round((values[2 * i] - LOW) * scale - size / 2);
    const top = Math.round((HIGH - values[2 * i + 1]) * scale - size / 2);
    const pixel = labels[i] === near[i] ? colours[labels[i]][levels[i]] : pure;
    for (let start = top * width + left; start < (top + size) * width + left; start += width)
      pixels.fill(pixel, start, start + size);
  }
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
}

function path(context, corners) {
  context.beginPath();
  corners.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
}

function outline([x, y], radius, label) {
  const [corners, turned] = SHAPES[label];
  return Array.from({ length: corners }, (_, i) => {
    const angle = ((i / corners) * 360 + turned - 90) * (Math.PI / 180);
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
}

// Draws few points as marks: the shape and the number are those of the label.
function paintMarks(context, { data, labels, near }, ink, at, ratio) {
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  context.font = `bold ${12 * ratio}px sans-serif`;
  for (let i = 0; i < data.n; i++) {
    const label = labels[i], place = at(point(data, i)), stale = label !== near[i];
    path(context, outline(place, (SHAPES[label][0] === 3 ? 17 : 13) * ratio, label));
    Object.assign(context, { fillStyle: css(COLOURS[label]), strokeStyle: css(ink) });
    context.lineWidth = (stale ? 4 : 1) * ratio;
    context.fill();
    context.stroke();
    Object.assign(context, { strokeStyle: "black", fillStyle: "white", lineWidth: 3 * ratio });
    context.strokeText(label, ...place);
    context.fillText(label, ...place);
  }
}

function paintRegions(context, { centroids }, ink, at, ratio) {
  context.globalCompositeOperation = "destination-over"; // behind the points
  const regions = centroids.map((_, j) => region(centroids, j).map(at));
  regions.forEach((corners, j) => {
    path(context, corners);
    context.fillStyle = `rgb(${COLOURS[j].join(" ")} / 16%)`;
    context.fill();
  });
  context.globalCompositeOperation = "source-over";
  Object.assign(context, { strokeStyle: css(ink), lineWidth: 1.5 * ratio });
  for (const corners of regions) {
    path(context, corners);
    context.stroke();
  }
}

function paintLine(context, { data, centroids, near, chosen }, at, ratio) {
  const place = at(point(data, chosen));
  for (const [colour, width] of [["black", 4.5], ["white", 1.5]]) {
    Object.assign(context, { strokeStyle: colour, lineWidth: width * ratio });
    path(context, [place, at(centroids[near[chosen]])]);
    context.stroke();
    path(context, outline(place, 8 * ratio, 3));
    context.stroke();
  }
}

function paint(canvas, now) {
  const context = canvas.getContext("2d", { willReadFrequently: true }), ratio = devicePixelRatio;
  const side = Math.round(canvas.clientWidth * ratio);
  if (!side) return; // out of sight
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const ink = getComputedStyle(canvas).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  const scale = side / (HIGH - LOW), at = ([x, y]) => [(x - LOW) * scale, (HIGH - y) * scale];
  if (now.data.n > FEW) paintPoints(context, now, ink);
  else context.clearRect(0, 0, side, side);
  paintRegions(context, now, ink, at, ratio);
  if (now.data.n <= FEW) paintMarks(context, now, ink, at, ratio);
  paintLine(context, now, at, ratio);
  const { data, centroids, error } = now, k = centroids.length;
  canvas.setAttribute("aria-label", `plane of ${data.names.join(" and ")}: ${many(data.total, data.noun)}, ` +
    `${many(k, "centroids")}, mean squared error ${fixed(error)}`);
}

// ------------------------------------------------------------ what is written

function distance({ data, centroids, labels, near, chosen }) {
  const place = point(data, chosen), label = near[chosen], centroid = centroids[label];
  const squares = place.map((x, axis) => (x - centroid[axis]) ** 2);
  const signs = place.map((x, axis) => `(${short(x)} − ${short(centroid[axis])})²`).join(" + ");
  const old = labels[chosen] === label ? "" : ` Its label is still ${labels[chosen]}.`;
  const noun = many(data.counts[chosen], data.noun);
  return [
    `The chosen point (${place.map(short).join(", ")}), ${noun}, is nearest to centroid ${label}.${old}`,
    `${signs} = ${squares.map((square) => fixed(square)).join(" + ")} = ${fixed(squares[0] + squares[1])}`,
  ];
}

function fill(table, caption, heads, rows) {
  const row = (cells, name) => element("tr", "", "", cells.map((cell, i) =>
    Object.assign(element(name, "", cell), name === "th" ? { scope: "col" } : {})));
  table.replaceChildren(element("caption", "", caption), row(heads, "th"), ...rows.map((cells) => row(cells, "td")));
}

function centroidRows({ centroids, sums }) {
  return centroids.map(([x, y], j) => [j, fixed(x), fixed(y), sums[3 * j + 2].toLocaleString("en")]);
}

function pointRows({ data, centroids, labels }) {
  return Array.from({ length: data.n }, (_, i) => {
    const place = point(data, i), far = centroids.map((centroid) => fixed(squared(place, centroid)));
    return [...place.map(short), data.counts[i].toLocaleString("en"), ...far, labels[i]];
  });
}

function write({ error, distance: line, centroids, points, message, list }, now) {
  const { names, noun } = now.data;
  error.textContent = fixed(now.error);
  distance(now).forEach((text, i) => (line.children[i].textContent = text));
  fill(centroids, "The centroids", ["", ...names, noun], centroidRows(now));
  list.hidden = now.data.n > LISTED;
  if (!list.hidden) {
    const heads = [...names, noun, ...now.centroids.map((_, j) => `to ${j}`), "label"];
    fill(points, "Every point and its squared distances", heads, pointRows(now));
  }
  if (message.textContent !== now.message) message.textContent = now.message; // else spoken again
}

// ------------------------------------------------------------ the controls

function choice(name, options, value, change) {
  const select = element("select", "", "", options.map((option) => element("option", "", option)));
  select.value = value;
  select.setAttribute("aria-label", name); // the text of the label is also that of the options
  select.onchange = () => change(select.value);
  return element("label", "", name, [select]);
}

const upTo = (from, last) => Array.from({ length: last + 1 - from }, (_, i) => from + i);

// Choosing a channel that the other axis has makes them change places.
function choices(model, channels) {
  const now = model.get("settings");
  const change = (name) => (value) => {
    const settings = model.get("settings"); // another choice may still be on its way
    const next = { ...settings, [name]: Number.isNaN(Number(value)) ? value : Number(value) };
    if (next.across === next.up) next[name === "up" ? "across" : "up"] = settings[name];
    model.set("settings", next);
    model.save_changes();
  };
  const rows = [["points", "source", model.get("sources")]];
  if (channels) rows.push(["across", "across", CHANNELS], ["up", "up", CHANNELS]);
  rows.push(["K", "k", upTo(1, MAX_K)], ["seed", "seed", upTo(0, Math.max(SEEDS - 1, now.seed))]);
  return rows.map(([words, name, options]) => choice(words, options, now[name], change(name)));
}

// One that is moved: by keys through move(right, up), by pointer through place(x, y); done() ends it.
function handle(name, stage, { move, place, done }) {
  const made = Object.assign(element("div", name), { tabIndex: 0 });
  for (const [key, value] of [["role", "slider"], ["aria-valuemin", 0], ["aria-valuemax", 255]])
    made.setAttribute(key, value);
  made.onkeydown = (event) => {
    if (!(event.key in WAYS)) return;
    event.preventDefault();
    move(...WAYS[event.key].map((way) => way * (event.shiftKey ? 10 : 1)));
  };
  made.onkeyup = (event) => event.key in WAYS && done();
  made.onpointerdown = (event) => {
    made.setPointerCapture(event.pointerId);
    made.focus();
    event.preventDefault();
  };
  made.onpointermove = (event) => {
    if (!made.hasPointerCapture(event.pointerId)) return;
    const { left, bottom, width } = stage.getBoundingClientRect(), scale = (HIGH - LOW) / width;
    place(LOW + (event.clientX - left) * scale, LOW + (bottom - event.clientY) * scale);
  };
  made.onlostpointercapture = done;
  return made;
}

function put(handle, [x, y], name, names) {
  const share = (value) => `${(100 * (value - LOW)) / (HIGH - LOW)}%`;
  Object.assign(handle.style, { left: share(x), bottom: share(y) });
  handle.setAttribute("aria-label", `${name}: arrow keys move it`);
  handle.setAttribute("aria-valuenow", x);
  handle.setAttribute("aria-valuetext", `${names[0]} ${fixed(x)}, ${names[1]} ${fixed(y)}`);
}

// Gives the handles of K centroids and of the chosen point; user.move and user.choose are told.
function handles(k, stage, user) {
  const centroids = upTo(0, k - 1).map((j) => {
    const made = handle("kmeans-centroid", stage, {
      move: (right, up) => user.move(j, ([x, y]) => [x + right, y + up]),
      place: (x, y) => user.move(j, () => [Math.round(x), Math.round(y)]),
      done: user.done,
    });
    made.append(element("span", "", j));
    made.style.setProperty("--own", css(COLOURS[j]));
    return made;
  });
  const step = (right, up) => user.choose((data, from) => neighbour(data, from, [right, up]));
  return [...centroids, handle("kmeans-chosen", stage, { move: step, place: () => {}, done: () => {} })];
}

// ------------------------------------------------------------ the widget

// The parts of the page, and the one element that holds them.
function parts() {
  const p = Object.fromEntries([["settings", "div"], ["message", "p"], ["stage", "div"], ["canvas", "canvas"],
    ["up", "div"], ["across", "div"], ["buttons", "div"], ["error", "dd"], ["distance", "div"],
    ["centroids", "table"], ["list", "div"], ["points", "table"]]
    .map(([name, tag]) => [name, element(tag, `kmeans-plane-${name}`)]));
  p.message.setAttribute("role", "status");
  p.canvas.setAttribute("role", "img");
  p.distance.append(element("p", ""), element("p", "kmeans-plane-sum"));
  p.stage.append(p.canvas);
  p.list.append(p.points);
  for (const [name, value] of [["role", "region"], ["aria-label", "all points"], ["tabindex", 0]])
    p.list.setAttribute(name, value); // it scrolls by itself where it is too wide
  const figure = element("div", "kmeans-plane-figure", "", [p.up, p.stage, p.across]);
  const name = element("dt", "", "mean squared error, over both channels");
  const numbers = element("dl", "kmeans-numbers", "", [element("div", "", "", [name, p.error])]);
  const side = element("div", "kmeans-plane-side", "", [p.buttons, numbers, p.distance, p.centroids]);
  const body = element("div", "kmeans-plane-body", "", [figure, side]);
  return { ...p, root: element("div", "kmeans-lab kmeans-plane", "", [p.settings, p.message, body, p.list]) };
}

// An arrow key for a handle is none for the notebook around it, which leaves alone what has this
// attribute. Notebook 7 listens before the handle does.
function keepArrows(root) {
  const before = ({ key, target }) => {
    if (!(key in WAYS) || !root.contains(target)) return;
    target.setAttribute("data-lm-suppress-shortcuts", "true");
    setTimeout(() => target.removeAttribute("data-lm-suppress-shortcuts"));
  };
  window.addEventListener("keydown", before, true);
  return () => window.removeEventListener("keydown", before, true);
}

const clamp = (value) => Math.min(255, Math.max(0, value));
const HINT = "Drag a centroid: every point takes the label of the nearest one, and the error follows.";

// What the learner does. at() is what is shown, show(next) changes it, save() tells Python.
function actions(at, show, save) {
  let moved = false;
  return {
    move: (j, way) => {
      const centroids = at().centroids.map((old, i) => (i === j ? way(old).map(clamp) : old));
      moved = true;
      show({ ...assign({ ...at(), centroids }), message: HINT });
    },
    done: () => {
      if (moved) save();
      moved = false;
    },
    choose: (which) => show({ chosen: which(at().data, at().chosen) }),
    step: (name) => {
      const [next, message] = STEPS[name](at());
      show({ ...next, message });
      save();
    },
  };
}

// Holds what is shown: renew shows what Python has sent, user is told what the learner does.
function player(model, page) {
  let now = null, asked = 0, grips = [];
  const draw = () => {
    asked = 0;
    if (!now) return;
    paint(page.canvas, now);
    write(page, now);
    const { names } = now.data;
    now.centroids.forEach((centroid, j) => put(grips[j], centroid, `centroid ${j}`, names));
    put(grips.at(-1), point(now.data, now.chosen), "chosen point", names);
  };
  const redraw = () => (asked ||= requestAnimationFrame(draw));
  const show = (next) => ((now = { ...now, ...next }), redraw());
  const save = () => {
    const { data, centroids, labels } = now;
    model.set("state", { key: data.key, centroids, labels: new DataView(labels.slice().buffer) });
    model.save_changes();
  };
  const user = actions(() => now, show, save);
  const renew = (data, centroids, labels) => {
    if (data !== now?.data) {
      const focused = grips.indexOf(document.activeElement);
      grips.forEach((grip) => grip.remove());
      grips = handles(centroids.length, page.stage, user);
      page.stage.append(...grips);
      grips[focused]?.focus();
      now = { chosen: 0, message: data.message || HINT };
    }
    show(measure(data, centroids, labels));
  };
  return { user, renew, redraw };
}

// The controls and axes for the points that Python has sent; the focus stays where it was.
function renewControls(page, model, data) {
  const focused = page.settings.querySelector("select:focus")?.ariaLabel;
  page.settings.replaceChildren(...choices(model, data.noun === "pixels"));
  page.settings.querySelector(`select[aria-label="${focused}"]`)?.focus();
  [page.across, page.up].forEach((axis, i) =>
    axis.replaceChildren(...["0", `${data.names[i]} →`, "255"].map((word) => element("span", "", word))));
}

function render({ model, el }) {
  const page = parts(), { user, renew, redraw } = player(model, page);
  el.append(page.root);
  page.buttons.append(...Object.keys(STEPS).map((name) =>
    Object.assign(element("button", "jupyter-button", name), { onclick: () => user.step(name) })));
  page.canvas.onclick = ({ clientX, clientY }) => {
    const { left, bottom, width } = page.canvas.getBoundingClientRect(), scale = (HIGH - LOW) / width;
    const place = [LOW + (clientX - left) * scale, LOW + (bottom - clientY) * scale];
    user.choose((data) => nearestPoint(data, place));
  };
  let sent, data;
  const receive = () => {
    const state = model.get("state");
    if (!model.get("data").key) return; // closed
    if (model.get("data") !== sent) {
      sent = model.get("data");
      data = readData(sent);
      renewControls(page, model, data);
    }
    if (state.key === data.key) renew(data, state.centroids, bytes(state.labels).slice());
  };
  model.on("change", receive);
  receive();
  const release = keepArrows(page.root), size = new ResizeObserver(redraw);
  const theme = new MutationObserver(redraw);
  size.observe(page.stage);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => {
    model.off("change", receive);
    size.disconnect();
    theme.disconnect();
    release();
  };
}

export default { render };
