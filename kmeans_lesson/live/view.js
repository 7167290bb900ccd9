// The live view: parts that show one state of a run. Python has computed everything; the browser
// only looks it up, for each pixel the colour of the label of its place: palette[labels[places]].
// Every part is a function of the lab that gives its element and how to draw a state on it.

const PALE = 0x18; // the opacity, of 255, of pixels whose colour is not chosen

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

// ------------------------------------------------------------ what Python sent, and one state of it

function readImage(image) {
  const places = new Int32Array(bytes(image.places).slice().buffer);
  return { ...image, colours: bytes(image.colours), places };
}

function readRun(run) {
  const { k, sizes } = run, labels = bytes(run.labels), palettes = bytes(run.palettes);
  const colours = labels.length / sizes.length, pixels = sizes[0].reduce((a, b) => a + b);
  const palette = (i) => palettes.subarray(3 * k * i, 3 * k * (i + 1));
  const light = Array.from({ length: k }, (_, j) => luminance(rgb(palette(sizes.length - 1), j)));
  return {
    ...run, palette,
    labels: (i) => labels.subarray(colours * i, colours * (i + 1)),
    shares: (i) => sizes[i].map((size) => size / pixels),
    order: [...light.keys()].sort((a, b) => light[a] - light[b]), // of the palette, dark to light
  };
}

// State 2i has the labels and the palette of iteration i; state 2i + 1 the palette of the next.
// original and compressed hold for each colour of the image the pixel to show, as ABGR in one number.
function readState(model, image, run, hovered) {
  const state = model.get("index") * model.get("stride"), moved = (state + 1) >> 1;
  const labels = run.labels(state >> 1), palette = run.palette(moved), marked = model.get("chosen");
  const chosen = hovered >= 0 ? hovered : model.get("picking") ? -1 : marked;
  const original = new Uint32Array(labels.length), compressed = new Uint32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const opacity = chosen < 0 || labels[i] === chosen ? 255 : PALE;
    original[i] = packed(image.colours, 3 * i, opacity);
    compressed[i] = packed(palette, 3 * labels[i], opacity);
  }
  const shown = model.get("original") ? original : compressed, shares = run.shares(state >> 1);
  return { state, moved, palette, marked, original, shown, shares };
}

// ------------------------------------------------------------ the parts

const picture = (always) => (lab) => {
  const figure = element("figure", "kmeans-image"), title = element("figcaption", "");
  const canvas = element("canvas", ""), context = canvas.getContext("2d");
  canvas.setAttribute("role", "img");
  figure.append(title, canvas);
  canvas.onclick = (event) => {
    const { width, height, left, top } = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - top) / height) * canvas.height);
    lab.pick(row, Math.floor(((event.clientX - left) / width) * canvas.width));
  };
  const draw = (now, { image, run, model }) => {
    const { width, height, places } = image, original = always || model.get("original");
    const colours = always ? now.original : now.shown;
    const pixels = new Uint32Array(places.length);
    for (let i = 0; i < places.length; i++) pixels[i] = colours[places[i]];
    const data = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.putImageData(data, 0, 0);
    const zoom = width / (canvas.clientWidth || width);
    if (always && now.state === 0) run.spots.forEach(([row, column], j) => {
      const ring = j === now.marked ? 2 * zoom : zoom, colour = css(now.palette, j);
      if (column >= 0) disc(context, column + 0.5, row + 0.5, 6 * zoom, colour, ring);
    });
    const many = original ? `${grouped(image.colours.length / 3)} colours` : `K = ${run.k} colours`;
    title.textContent = `${original ? "original" : "compressed"}: ${many}`;
    canvas.setAttribute("aria-label", title.textContent);
    figure.classList.toggle("kmeans-picking", model.get("picking"));
    figure.classList.toggle("kmeans-blocks", width <= 100);
  };
  return { element: figure, draw };
};

function palette(lab) {
  const bar = element("div", "kmeans-palette");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "palette: choose a colour to see only its pixels");
  const buttonOf = (j) => Object.assign(element("button", ""), {
    onclick: () => lab.choose(j),
    onpointerenter: () => lab.hover(j),
    onpointerleave: () => lab.hover(-1),
  });
  let order = [];
  const draw = (now, { run }) => {
    if (String(order) !== String(run.order)) bar.replaceChildren(...run.order.map(buttonOf));
    order = run.order;
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
  const draw = ({ state }, { run, model }) => {
    const [weighed, weight] = model.get("weight");
    const rows = [
      ["iteration", `${state >> 1}${state % 2 ? "½" : ""}`],
      ["squared error", run.errors[state].toFixed(1)],
      ["PSNR, decibels", run.psnrs[state]?.toFixed(1) ?? "∞"],
      ["bytes as PNG", weighed === state ? grouped(weight) : "…"],
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
  const draw = ({ state }, { run, model }) => {
    if (svg.clientWidth) [width, height] = [svg.clientWidth, svg.clientHeight];
    const errors = run.errors, last = errors.length - 1, top = Math.max(...errors) || 1;
    const x = (s) => 50 + ((width - 66) * s) / last, y = (e) => height - 26 - ((height - 56) * e) / top;
    const at = [...errors.keys()].filter((s) => s % model.get("stride") === 0);
    const places = at.map((s) => [x(s), y(errors[s])]);
    const tick = (i) => `<text x="${x(2 * i)}" y="${height - 7}" text-anchor="middle">${i}</text>`;
    const side = (e) => `<text x="42" y="${y(e) + 5}" text-anchor="end">${Math.round(e)}</text>`;
    svg.innerHTML = `<text x="50" y="14">mean squared error</text>
      <path d="M50 ${y(top)}V${y(0)}H${x(last)}"/>${side(top)}${side(0)}
      ${[0, 2, 4, 6, 8, 10].map(tick).join("")}<polyline points="${places.join(" ")}"/>
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
  const draw = ({ state }, { model }) => {
    const text = model.get("message") || WORDS[state && 1 + (state % 2)];
    if (line.textContent !== text) line.textContent = text; // else it would be spoken again
  };
  return { element: line, draw };
}

// ------------------------------------------------------------ all parts together

const PARTS = { original: picture(true), compressed: picture(false), palette, numbers, cloud, curve,
  message };

// ipywidgets leaves these parts of its controls without a name (ipywidgets#2650): name them.
function nameControls(root) {
  if (!root) return;
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

function render({ model, el }) {
  let image, run, hovered = -1, asked = 0;
  const draw = () => {
    asked = 0;
    nameControls(el.closest(".kmeans-lab"));
    if (run?.labels(0).length !== image?.colours.length / 3) return; // one is still on its way
    const now = readState(model, image, run, hovered);
    parts.forEach((part) => part.draw(now, { image, run, model }));
  };
  const change = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const lab = {
    redraw: () => (asked ||= requestAnimationFrame(draw)),
    hover: (label) => ((hovered = label), lab.redraw()),
    choose: (label) => change("chosen", label === model.get("chosen") ? -1 : label),
    pick: (row, column) => model.get("picking") && change("picked", [model.get("chosen"), row, column]),
  };
  const areas = model.get("areas");
  const parts = [...new Set(areas.match(/\w+/g))].map((name) => {
    const part = PARTS[name](lab);
    part.element.style.gridArea = name;
    return part;
  });
  const view = element("div", "kmeans-view");
  view.style.gridTemplateAreas = areas;
  view.append(...parts.map((part) => part.element));
  el.append(view);

  const listeners = [];
  const on = (names, react) => {
    const event = names.split(" ").map((name) => `change:${name}`).join(" ");
    model.on(event, react);
    listeners.push([event, react]);
    react();
  };
  on("image", () => (image = model.get("image").places && readImage(model.get("image"))));
  on("run", () => (run = model.get("run").labels && readRun(model.get("run"))));
  on("image run index stride original chosen picking weight message", lab.redraw);
  on("busy", () => view.classList.toggle("kmeans-busy", model.get("busy")));
  const size = new ResizeObserver(lab.redraw), theme = new MutationObserver(lab.redraw);
  size.observe(el);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => {
    listeners.forEach(([event, react]) => model.off(event, react));
    size.disconnect();
    theme.disconnect();
  };
}

export default { render };
