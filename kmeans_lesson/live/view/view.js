// The live view: parts that show one state of a run. Everything has been computed: in notebooks by
// Python, on the page by engine.js. Here it is only looked up, for each pixel the colour of the label
// of its place: palette[labels[places]].
//
// A part is a function that gives its element and how to draw a state on it; `liveView` puts them
// together, for the page as well. Only `render`, at the end, knows that what they draw is the state
// of a widget.

const PALE = 0x18; // the opacity, of 255, of pixels whose colour is not chosen
const POINTS = 20000; // of the colour cloud, at most; of more colours every second, third, ... is shown
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const AXES = { red: [275, 0, 0], green: [0, 275, 0], blue: [0, 0, 275] };
const WORDS = [
  "Start: K colours of the image; every pixel has the label of the nearest one.",
  "Assigned: every pixel has the label of its nearest centroid.",
  "Updated: every centroid has moved to the mean of its pixels, which keep their labels.",
];

const bytes = (data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const rgb = (palette, j) => palette.subarray(3 * j, 3 * j + 3);
const css = (palette, j) => `rgb(${rgb(palette, j).join(" ")})`;
const grouped = (number) => number.toLocaleString("en");
const luminance = ([r, g, b]) => 0.2126 * r ** 2.2 + 0.7152 * g ** 2.2 + 0.0722 * b ** 2.2;
const packed = (colours, at, opacity) =>
  (opacity << 24) | (colours[at + 2] << 16) | (colours[at + 1] << 8) | colours[at];
const isLight = (colour) => luminance(colour) > 0.18 * 255 ** 2.2;

function element(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

function disc(context, x, y, radius, colour, ring) {
  for (const [grow, fill] of [[3 * ring, "black"], [2 * ring, "white"], [0, colour]]) {
    context.beginPath();
    context.arc(x, y, radius + grow, 0, 7);
    context.fillStyle = fill;
    context.fill();
  }
}

// ------------------------------------------------------------ what was computed, and one state of it

function readImage(image) {
  const places = new Int32Array(bytes(image.places).slice().buffer);
  return { ...image, colours: bytes(image.colours), places };
}

function readRun(run) {
  const { k, colours, sizes, errors } = run, labels = bytes(run.labels);
  const palettes = bytes(run.palettes), pixels = sizes[0]?.reduce((a, b) => a + b);
  const palette = (i) => palettes.subarray(3 * k * i, 3 * k * (i + 1));
  const last = palette(palettes.length / (3 * k) - 1);
  const light = Array.from({ length: k }, (_, j) => luminance(rgb(last, j)));
  return {
    ...run, palette,
    failed: errors.length === 0, // of a learner's functions: there is only the palette of the start
    labels: (i) => labels.subarray(colours * i, colours * (i + 1)),
    shares: (i) => sizes[i].map((size) => size / pixels),
    order: [...light.keys()].sort((a, b) => light[a] - light[b]), // of the palette, dark to light
    dithered: [], // by state, what `dithered` has made of it so far
  };
}

// Gives the label of every pixel of a state by error diffusion, as dither.py does: each pixel hands 7/16
// of its error to the right, 3/16 below left, 5/16 below and 1/16 below right (Floyd and Steinberg,
// 1976). With it come the sizes of the clusters and the mean squared error.
function dithered(image, run, state) {
  return (run.dithered[state] ??= diffuse(image, run.palette((state + 1) >> 1)));
}

function diffuse({ places, colours, width }, palette) {
  const k = palette.length / 3, labels = new Uint8Array(places.length), sizes = new Array(k).fill(0);
  const [reds, greens, blues] = [0, 1, 2].map((c) => Int32Array.from(sizes, (_, j) => palette[3 * j + c]));
  let above, here = new Int32Array(3 * (width + 2)), squares = 0; // errors, with a pixel more at each side
  for (let i = 0; i < places.length; i++) {
    if (i % width === 0) [above, here] = [here, new Int32Array(3 * (width + 2))];
    const at = 3 * (1 + (i % width)), from = 3 * places[i];
    const wanted = (c) => {
      const left = at + c - 3, handed = 7 * here[left] + above[left] + 5 * above[left + 3] + 3 * above[left + 6];
      return Math.min(255, Math.max(0, colours[from + c] + ((handed + 8) >> 4)));
    };
    const r = wanted(0), g = wanted(1), b = wanted(2);
    let label = 0, least = Infinity;
    for (let j = 0; j < k; j++) {
      const x = r - reds[j], y = g - greens[j], z = b - blues[j], distance = x * x + y * y + z * z;
      if (distance < least) {
        least = distance;
        label = j;
      }
    }
    labels[i] = label;
    sizes[label]++;
    here[at] = r - reds[label];
    here[at + 1] = g - greens[label];
    here[at + 2] = b - blues[label];
    squares += (colours[from] - reds[label]) ** 2 + (colours[from + 1] - greens[label]) ** 2 +
      (colours[from + 2] - blues[label]) ** 2;
  }
  return { labels, sizes, error: squares / (3 * places.length) };
}

// State 2i has the labels and the palette of iteration i; state 2i + 1 the palette of the next.
// original and compressed hold for each colour of the image the pixel to show, as ABGR in one number.
function readState(settings, image, run, hovered) {
  const state = run.failed ? 0 : settings.index * settings.stride, moved = (state + 1) >> 1;
  const labels = run.labels(state >> 1), palette = run.palette(moved), marked = settings.chosen;
  const chosen = hovered >= 0 ? hovered : settings.picking || run.failed ? -1 : marked;
  const original = new Uint32Array(run.colours), compressed = new Uint32Array(run.colours);
  const opacity = (label) => (chosen < 0 || label === chosen ? 255 : PALE);
  for (let i = 0; i < run.colours; i++) {
    original[i] = packed(image.colours, 3 * i, opacity(labels[i]));
    compressed[i] = packed(palette, 3 * labels[i], opacity(labels[i]));
  }
  const shown = settings.original ? original : compressed;
  const grain = settings.dithering && !run.failed ? dithered(image, run, state) : null;
  const shares = run.failed ? [] : grain ? grain.sizes.map((size) => size / image.places.length) :
    run.shares(state >> 1);
  const error = grain ? grain.error : run.errors[state];
  const psnr = !grain ? run.psnrs?.[state] : error ? 10 * Math.log10(255 ** 2 / error) : null;
  return { settings, image, run, state, moved, palette, marked, original, shown, shares, grain, opacity,
    error, psnr };
}

// ------------------------------------------------------------ images, palette, numbers, curve, message

const picture = (always) => (user) => {
  const figure = element("figure", "kmeans-image"), title = element("figcaption", "");
  const canvas = element("canvas", ""), context = canvas.getContext("2d");
  canvas.setAttribute("role", "img");
  figure.append(title, canvas);
  canvas.onclick = (event) => {
    const { width, height, left, top } = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - top) / height) * canvas.height);
    user.pick(row, Math.floor(((event.clientX - left) / width) * canvas.width));
  };
  const draw = (now) => {
    const { image, run, settings, grain } = now, { width, height, places } = image;
    const original = always || settings.original, colours = always ? now.original : now.shown;
    const pixels = new Uint32Array(places.length);
    if (grain)
      for (let i = 0; i < places.length; i++) {
        const label = grain.labels[i], opacity = now.opacity(label);
        pixels[i] = original ? packed(image.colours, 3 * places[i], opacity) :
          packed(now.palette, 3 * label, opacity);
      }
    else for (let i = 0; i < places.length; i++) pixels[i] = colours[places[i]];
    const data = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.putImageData(data, 0, 0);
    const zoom = width / (canvas.clientWidth || width);
    if (always && now.state === 0) run.spots.forEach(([row, column], j) => {
      const ring = j === now.marked ? 2 * zoom : zoom, colour = css(now.palette, j);
      if (column >= 0) disc(context, column + 0.5, row + 0.5, 6 * zoom, colour, ring);
    });
    const many = original ? `${grouped(image.total)} colours` : `K = ${run.k} colours`;
    title.textContent = `${original ? "original" : "compressed"}: ${many}`;
    canvas.setAttribute("aria-label", title.textContent);
    figure.classList.toggle("kmeans-picking", settings.picking);
    figure.classList.toggle("kmeans-blocks", width <= 100);
  };
  return { element: figure, draw };
};

function palette(user) {
  const bar = element("div", "kmeans-palette");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "palette: choose a colour to see only its pixels");
  const buttonOf = (j) => Object.assign(element("button", ""), {
    onclick: () => user.choose(j),
    onpointerenter: () => user.hover(j),
    onpointerleave: () => user.hover(-1),
  });
  let order = [];
  const draw = (now) => {
    if (String(order) !== String(now.run.order)) bar.replaceChildren(...now.run.order.map(buttonOf));
    order = now.run.order;
    order.forEach((j, place) => {
      const button = bar.children[place], percent = Math.round(100 * now.shares[j]);
      const name = `colour ${j + 1}, ${rgb(now.palette, j).join(" ")}, ${percent} % of the pixels`;
      Object.assign(button, { title: name, textContent: percent >= 6 ? `${percent} %` : "" });
      button.setAttribute("aria-label", name);
      button.setAttribute("aria-pressed", j === now.marked);
      const text = isLight(rgb(now.palette, j)) ? "black" : "white";
      button.style = `flex-grow: ${now.shares[j]}; background: ${css(now.palette, j)}; color: ${text}`;
    });
  };
  return { element: bar, draw };
}

function numbers() {
  const list = element("dl", "kmeans-numbers");
  const draw = ({ settings, state, error, psnr }) => {
    const [encoded, size] = settings.bytes;
    const rows = [
      ["iteration", `${state >> 1}${state % 2 ? "½" : ""}`],
      ["squared error", error.toFixed(1)],
      ["PSNR, decibels", psnr?.toFixed(1) ?? "∞"],
      ["bytes as PNG", encoded === state ? grouped(size) : "…"],
    ];
    list.innerHTML = rows.map(([k, v]) => `<div><dt>${k}</dt><dd>${v}</dd></div>`).join("");
  };
  return { element: list, draw };
}

function curve() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "kmeans-curve");
  svg.setAttribute("role", "img");
  let width = 400, height = 150; // the last ones: out of sight it has none
  const draw = ({ settings, run, state }) => {
    if (svg.clientWidth) [width, height] = [svg.clientWidth, svg.clientHeight];
    const errors = run.errors, last = errors.length - 1, top = Math.max(...errors) || 1;
    const x = (s) => 50 + ((width - 66) * s) / last, y = (e) => height - 26 - ((height - 56) * e) / top;
    const at = [...errors.keys()].filter((s) => s % settings.stride === 0);
    const places = at.map((s) => [x(s), y(errors[s])]);
    const step = Math.ceil(last / 2 / 5); // iterations from tick to tick, of which there are six at most
    const ticks = [...errors.keys()].filter((s) => s % (2 * step) === 0);
    const tick = (s) => `<text x="${x(s)}" y="${height - 7}" text-anchor="middle">${s / 2}</text>`;
    const side = (e) => `<text x="42" y="${y(e) + 5}" text-anchor="end">${Math.round(e)}</text>`;
    svg.innerHTML = `<text x="50" y="14">mean squared error</text>
      <path d="M50 ${y(top)}V${y(0)}H${x(last)}"/>${side(top)}${side(0)}
      ${ticks.map(tick).join("")}<polyline points="${places.join(" ")}"/>
      ${places.map(([a, b]) => `<circle cx="${a}" cy="${b}" r="3"/>`).join("")}
      <circle class="now" cx="${x(state)}" cy="${y(errors[state])}" r="8"/>`;
    const said = [errors[0], errors[state], errors[last]].map((error) => error.toFixed(1));
    svg.setAttribute("aria-label", `error curve: ${said[0]} at the start, ${said[1]} now, ` +
      `${said[2]} at the end`);
  };
  return { element: svg, draw };
}

function message() {
  const line = element("p", "kmeans-message");
  line.setAttribute("role", "status");
  const draw = ({ settings, state }) => {
    const text = settings.message || WORDS[state && 1 + (state % 2)];
    if (line.textContent !== text) line.textContent = text; // else it would be spoken again
  };
  return { element: line, draw };
}

// ------------------------------------------------------------ the colour cloud, on a 2-D canvas

// Gives a function from a colour to its place on a canvas and how near it is to the eye.
function projection([yaw, pitch], { width, height }) {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  const scale = Math.min(width, height) / 440;
  return (red, green, blue) => {
    const x = red - 127.5, y = green - 127.5, z = blue - 127.5, depth = cy * z - sy * x;
    const right = cy * x + sy * z, up = cp * y - sp * depth, near = sp * y + cp * depth;
    return [width / 2 + scale * right, height / 2 - scale * up, near];
  };
}

// Paints one square for each colour; where squares overlap, the nearest is seen.
function drawPoints(context, { image, shown }, project, ratio) {
  const { width, height } = context.canvas, { colours } = image;
  const pixels = new Uint32Array(width * height);
  const depths = new Float32Array(width * height).fill(-Infinity);
  const m = shown.length, count = Math.min(POINTS, m), size = Math.round((m < 100 ? 9 : 2) * ratio);
  for (let i = 0; i < count; i++) {
    const colour = Math.floor((i * m) / count), at = 3 * colour;
    const [x, y, near] = project(colours[at], colours[at + 1], colours[at + 2]);
    const left = Math.round(x - size / 2), top = Math.round(y - size / 2);
    for (let start = top * width + left; start < (top + size) * width + left; start += width)
      for (let place = start; place < start + size; place++)
        if (near > depths[place]) {
          depths[place] = near;
          pixels[place] = shown[colour];
        }
  }
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
}

// Draws the edges of the cube, the names of its axes, and each centroid with the way it has come.
function drawCentroids(context, now, project, ratio) {
  const { color, fontFamily } = getComputedStyle(context.canvas);
  const line = (colours, width, opacity) => {
    context.beginPath();
    colours.forEach((colour) => context.lineTo(...project(...colour).slice(0, 2)));
    Object.assign(context, { strokeStyle: color, lineWidth: width * ratio, globalAlpha: opacity });
    context.stroke();
    context.globalAlpha = 1;
  };
  for (const [a, b] of [[0, 0], [0, 255], [255, 0], [255, 255]]) {
    line([[0, a, b], [255, a, b]], 1, 0.3);
    line([[a, 0, b], [a, 255, b]], 1, 0.3);
    line([[a, b, 0], [a, b, 255]], 1, 0.3);
  }
  Object.assign(context, { fillStyle: color, textAlign: "center", textBaseline: "middle" });
  context.font = `${15 * ratio}px ${fontFamily}`;
  for (const axis in AXES) context.fillText(axis, ...project(...AXES[axis]).slice(0, 2));

  const near = now.run.order.map((j) => [project(...rgb(now.palette, j)), j]);
  for (const [[x, y], j] of near.sort(([a], [b]) => a[2] - b[2])) {
    line(Array.from({ length: now.moved + 1 }, (_, i) => rgb(now.run.palette(i), j)), 1.5, 0.7);
    const radius = (5 + 12 * Math.sqrt(now.shares[j])) * ratio;
    disc(context, x, y, radius, css(now.palette, j), ratio * (j === now.marked ? 2 : 1));
  }
}

function cloud() {
  const canvas = element("canvas", "kmeans-cloud"), context = canvas.getContext("2d");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  let yaw = -0.6, pitch = 0.4, drawn = null; // drawn: the state that was drawn last

  const turn = (right, down) => {
    yaw += right;
    pitch = Math.max(-1.5, Math.min(1.5, pitch + down));
    if (drawn) draw(drawn);
  };
  let from; // where the pointer was last
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    from = event;
  };
  canvas.onpointermove = (event) => {
    if (!event.buttons || !event.isPrimary) return;
    turn((event.clientX - from.clientX) / 150, (event.clientY - from.clientY) / 150);
    from = event;
  };
  canvas.onkeydown = (event) => {
    if (!(event.key in ARROWS)) return;
    event.preventDefault();
    turn(...ARROWS[event.key].map((way) => way / 10));
  };
  const draw = (now) => {
    const ratio = devicePixelRatio;
    drawn = now;
    if (canvas.clientWidth) { // out of sight it has none, and keeps the last one
      canvas.width = Math.round(canvas.clientWidth * ratio);
      canvas.height = Math.round(canvas.clientHeight * ratio);
    }
    const project = projection([yaw, pitch], canvas);
    drawPoints(context, now, project, ratio);
    drawCentroids(context, now, project, ratio);
    canvas.setAttribute("aria-label", `colour cloud: ${now.run.k} centroids among ` +
      `${grouped(now.shown.length)} colours; arrow keys rotate it`);
  };
  return { element: canvas, draw };
}

// ------------------------------------------------------------ all parts together

const PARTS = { original: picture(true), compressed: picture(false), palette, numbers, cloud, curve,
  message };
const WITHOUT_RUN = ["original", "message"]; // what is seen when the functions of a learner fail

// Gives the element of all parts and how to draw a state on them. areas says which parts there are
// and where; change(name, value) is called when the user changes a setting.
function liveView(areas, change) {
  let last, hovered = -1;
  const user = {
    hover: (label) => ((hovered = label), draw(...last)),
    choose: (label) => change("chosen", label === last[2].chosen ? -1 : label),
    pick: (row, column) => last[2].picking && change("picked", [last[2].chosen, row, column]),
  };
  const parts = [...new Set(areas.match(/\w+/g))].map((name) => {
    const part = { name, ...PARTS[name](user) };
    part.element.style.gridArea = part.element.dataset.part = name;
    return part;
  });
  const view = element("div", "kmeans-view");
  view.style.gridTemplateAreas = areas;
  view.append(...parts.map((part) => part.element));
  const draw = (image, run, settings) => {
    last = [image, run, settings];
    const now = readState(settings, image, run, hovered);
    for (const { name, element, draw } of parts) {
      const seen = !run.failed || WITHOUT_RUN.includes(name);
      element.style.visibility = seen ? "" : "hidden";
      if (seen) draw(now);
    }
  };
  return { element: view, draw };
}

// ------------------------------------------------------------ the widget

const SETTINGS = ["index", "stride", "original", "dithering", "chosen", "picking", "bytes", "message"];

// ipywidgets leaves these parts of its controls without a name (ipywidgets#2650): name them.
function nameControls(root) {
  for (const slider of root.querySelectorAll(".widget-slider")) {
    const [handle, label, value] = ["[role=slider]", ".widget-label", ".widget-readout"].map((part) =>
      slider.querySelector(part));
    handle?.setAttribute("aria-label", label.textContent);
    handle?.setAttribute("aria-valuetext", value.textContent);
    value?.setAttribute("aria-label", `${label.textContent}, typed`);
    value?.setAttribute("role", "textbox");
  }
  const names = { "fa-play": "play", "fa-pause": "pause", "fa-stop": "back to the start" };
  for (const name in names)
    root.querySelector(`.widget-play .${name}`)?.parentElement.setAttribute("aria-label", names[name]);
  root.querySelector("input[type=color]")?.setAttribute("aria-label", "colour of the centroid");
}

// An arrow key for a control, used or not, is none for the notebook around it. JupyterLab listens
// after the control, Notebook 7 before it; both leave alone what has this attribute.
function keepArrows(root) {
  const before = ({ key, target }) => {
    if (!(key in ARROWS) || !root()?.contains(target)) return;
    target.setAttribute("data-lm-suppress-shortcuts", "true");
    setTimeout(() => target.removeAttribute("data-lm-suppress-shortcuts"));
  };
  window.addEventListener("keydown", before, true);
  return () => window.removeEventListener("keydown", before, true);
}

function render({ model, el }) {
  const view = liveView(model.get("areas"), (name, value) => {
    model.set(name, value);
    model.save_changes();
  });
  el.append(view.element);
  let image, run, asked = 0;
  const lab = () => el.closest(".kmeans-lab");
  const draw = () => {
    asked = 0;
    const root = lab();
    if (root) nameControls(root);
    if (run?.colours !== image?.colours.length / 3) return; // one is still on its way
    view.draw(image, run, Object.fromEntries(SETTINGS.map((name) => [name, model.get(name)])));
  };
  const redraw = () => (asked ||= requestAnimationFrame(draw));

  const listeners = [], release = keepArrows(lab);
  const on = (names, react) => {
    const event = names.map((name) => `change:${name}`).join(" ");
    model.on(event, react);
    listeners.push([event, react]);
    react();
  };
  on(["image"], () => (image = model.get("image").places && readImage(model.get("image"))));
  on(["run"], () => (run = model.get("run").labels && readRun(model.get("run"))));
  on(["image", "run", ...SETTINGS], redraw);
  on(["busy"], () => view.element.classList.toggle("kmeans-busy", model.get("busy")));
  const size = new ResizeObserver(redraw), theme = new MutationObserver(redraw);
  size.observe(el);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => {
    listeners.forEach(([event, react]) => model.off(event, react));
    size.disconnect();
    theme.disconnect();
    release();
  };
}

export { dithered, liveView, readImage, readRun };
export default { render };
