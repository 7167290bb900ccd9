// The page: the live lab of the notebooks in a browser alone. Its controls are here; engine.js
// computes what Python computes there, and the same view.js draws it. As there, a state is a point in
// time of a run, counted in half-steps: state 2i is iteration i, and in state 2i + 1 the centroids have
// moved on while the labels are still the old ones.

import { dithered, liveView, readImage, readRun } from "../view/view.js";
import { count, error, kmeans } from "./engine.js";
import { centroidsAt, drawColours } from "./start.js";
import { loaded, openPhoto, pixelsOf } from "./photo.js";

const about = JSON.parse(document.querySelector("#about").textContent); // what page.py has written
const root = document.querySelector("main");
const settings = { index: 0, stride: 2, original: false, dithering: false, chosen: -1, picking: false,
  bytes: [], message: "" };
const sources = new Map(Object.entries(about.images)); // by name: an address, or pixels of a photo
let image, run, start, drawn; // what is shown: start has centroids and spots, drawn is the random run

// ------------------------------------------------------------ controls

function element(name, className, ...children) {
  const made = Object.assign(document.createElement(name), { className });
  made.append(...children);
  return made;
}

function slider(name, least, most, value, change) {
  const title = element("span", "", name), said = element("output", "", value);
  const input = Object.assign(element("input", ""), { type: "range", min: least, max: most, value });
  const label = element("label", "page-slider", title, input, said);
  const show = () => (said.textContent = input.value);
  input.oninput = () => {
    show();
    change(Number(input.value));
  };
  const set = (value, most = input.max) => {
    Object.assign(input, { max: most, value });
    show();
  };
  return { element: label, input, set, rename: (name) => (title.textContent = name) };
}

function button(name, press) {
  return { element: Object.assign(element("button", "page-button", name), { onclick: press }) };
}

function toggle(name, change) {
  const made = button(name, () => set(made.element.getAttribute("aria-pressed") === "false"));
  const set = (pressed) => {
    made.element.setAttribute("aria-pressed", pressed);
    change(pressed);
  };
  made.element.setAttribute("aria-pressed", false);
  return { ...made, set };
}

function fileButton(name, options) {
  const input = Object.assign(element("input", ""), { type: "file", accept: "image/*", ...options });
  input.onchange = () => {
    const chosen = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    telling(() => receive(chosen));
  };
  return element("label", "page-button", name, input);
}

const controls = {
  source: choice(),
  upload: { element: element("span", "page-upload", fileButton("your own photo", {}),
    fileButton("camera", { capture: "environment", className: "page-camera" })) },
  k: slider("K", 1, about.most, about.k, drawStart),
  original: toggle("show original", (pressed) => draw({ original: pressed })),
  dithering: toggle("dithering", (pressed) => draw({ dithering: pressed })),
  seed: slider("seed", 0, 20, 0, drawStart),
  hand: toggle("place by hand", changeHand),
  colour: { element: Object.assign(element("input", "page-colour"), { type: "color", hidden: true,
    ariaLabel: "colour of the centroid", oninput: ({ target }) => mix(target.value) }) },
  iteration: slider("iteration", 0, about.iterations, about.iteration, (value) => {
    stop();
    draw({ index: value });
  }),
  play: button("play", play),
  halves: toggle("half-steps", changeStride),
};

function choice() {
  const select = element("select", "");
  select.onchange = () => telling(showSource);
  const list = () => select.replaceChildren(...[...sources.keys()].map((name) => new Option(name, name)));
  list();
  return { element: element("label", "page-slider", element("span", "", "image"), select), select, list };
}

function question(name) {
  const [asked, answer] = about.questions[name] ?? [];
  if (!asked) return element("span", "");
  return element("details", "", element("summary", "", asked), element("p", "", answer));
}

// ------------------------------------------------------------ what the controls do

// Takes the chosen image as the one that all parts show.
async function showSource() {
  const name = controls.source.select.value, source = sources.get(name);
  const opened = typeof source === "string" ? pixelsOf(await loaded(source)) : source;
  image = { name, ...opened, ...count(opened.pixels) };
  image.view = readImage({ ...image, total: image.counts.length });
  drawStart();
}

// Draws the start at random, as many centroids as K says, and runs from there.
function drawStart() {
  const wanted = Number(controls.k.input.value), k = Math.min(wanted, image.counts.length);
  const places = drawColours(image, k, Number(controls.seed.input.value));
  settings.message = k === wanted ? "" :
    `This image has only ${k} different colour${k > 1 ? "s" : ""}, so K is ${k} here.`;
  runFrom({ centroids: centroidsAt(image, places), spots: spotsOf(places) });
  drawn = run;
}

// Gives for each of these colours the row and column of a pixel, in the midst of those that have it.
function spotsOf(colours) {
  const left = new Int32Array(image.counts.length), spots = new Map();
  for (const i of colours) left[i] = Math.ceil(image.counts[i] / 2);
  image.places.forEach((i, pixel) => {
    if (left[i] && --left[i] === 0) spots.set(i, [Math.floor(pixel / image.width), pixel % image.width]);
  });
  return colours.map((i) => spots.get(i));
}

// Runs from a start, { centroids, spots }, and shows the run.
function runFrom(from) {
  start = from;
  const states = kmeans(image, start.centroids, about.iterations), k = start.centroids.length / 3;
  const palettes = states.map(({ centroids }) => paint(centroids)), errors = [], psnrs = [];
  states.forEach(({ totals }, i) => {
    for (const now of [i, i + 1]) { // its own centroids, and where update moves them
      if (now === states.length) break;
      const rounded = error(image, totals, palettes[now]);
      errors.push(error(image, totals, states[now].centroids));
      psnrs.push(rounded ? 10 * Math.log10(255 ** 2 / rounded) : null);
    }
  });
  const sizes = states.map(({ totals }) => [...totals.filter((_, i) => i % 4 === 3)]);
  const labels = joined(states.map((state) => state.labels));
  run = readRun({ k, colours: image.counts.length, labels, palettes: joined(palettes), sizes, errors,
    psnrs, spots: start.spots, files: {} });
  draw({ chosen: Math.min(settings.chosen, k - 1) });
}

// Gives the colours with which centroids are painted: rounded, a half to the even number, as numpy does.
const paint = (centroids) => Uint8Array.from(centroids, (value) => {
  const below = Math.floor(value), part = value - below;
  return part === 0.5 ? below + (below % 2) : Math.round(value);
});

function joined(parts) {
  const all = new Uint8Array(parts.length * parts[0].length);
  parts.forEach((part, i) => all.set(part, i * part.length));
  return all;
}

// Counts in half-steps or in iterations, and stays at the same iteration.
function changeStride(halves) {
  const stride = halves ? 1 : 2, index = Math.floor((settings.index * settings.stride) / stride);
  controls.iteration.rename(halves ? "half-step" : "iteration");
  controls.iteration.set(index, (2 * about.iterations) / stride);
  draw({ stride, index });
}

let timer;

function stop() {
  clearInterval(timer);
  timer = undefined;
  controls.play.element.textContent = "play";
}

function play() {
  if (timer) return stop();
  const { iteration } = controls, last = Number(iteration.input.max);
  if (settings.index >= last) settings.index = -1;
  controls.play.element.textContent = "pause";
  const next = () => {
    iteration.set(settings.index + 1);
    draw({ index: settings.index + 1 });
    if (settings.index >= last) stop();
  };
  timer = setInterval(next, 600);
  next();
}

// Lets the learner place the centroids, or draws them at random again.
function changeHand(picking) {
  settings.picking = picking;
  controls.colour.element.hidden = !picking;
  settings.chosen = picking ? 0 : -1;
  if (picking) rewind();
  drawStart();
  if (picking) draw({ message: "Click on a pixel of the image: centroid 1 starts at its colour." });
}

function rewind() {
  stop();
  controls.iteration.set(0);
  settings.index = 0;
}

// Starts the chosen centroid at the colour of the pixel that was clicked on.
function pick([label, row, column]) {
  const at = 3 * (row * image.width + column);
  place(label, image.pixels.subarray(at, at + 3), [row, column]);
  draw({ chosen: (label + 1) % run.k });
}

// Starts it at the colour that was mixed.
function mix(code) {
  const colour = [1, 3, 5].map((at) => parseInt(code.slice(at, at + 2), 16));
  if (settings.chosen >= 0) place(settings.chosen, colour, [-1, -1]);
}

function place(label, colour, spot) {
  const centroids = start.centroids.slice(), spots = Object.assign([...start.spots], { [label]: spot });
  centroids.set(colour, 3 * label);
  rewind();
  runFrom({ centroids, spots });
  const [placed, random] = [run, drawn].map(({ errors }) => errors[0].toFixed(1));
  draw({ message: `Centroid ${label + 1} is placed. Error of your start: ${placed}, of the random ` +
    `start: ${random}. Now press play.` });
}

// Puts photos first among the images and shows them, if they can be read.
async function receive(chosen) {
  for (const file of chosen) {
    const opened = await openPhoto(file, about.side), others = [...sources];
    sources.clear();
    for (const [name, source] of [[file.name, opened], ...others])
      if (!sources.has(name)) sources.set(name, source);
    controls.source.list();
    await showSource();
  }
}

// Shows that work goes on, and in words what went wrong with it.
async function telling(work) {
  view.element.classList.add("kmeans-busy");
  await new Promise((resolve) => setTimeout(resolve, 30)); // until that is seen
  try {
    await work();
  } catch (problem) {
    draw({ message: problem.message });
  } finally {
    view.element.classList.remove("kmeans-busy");
  }
}

// ------------------------------------------------------------ the file of what is shown

let worker, waiting;
const asked = new Map(); // by number: who waits for a file

// Packs the compressed image into a PNG, beside all else, since that takes a moment: a promise of it.
function packed() {
  const { dithering } = settings, state = settings.index * settings.stride;
  return (run.files[[state, dithering]] ??= new Promise((resolve) => {
    const labels = run.labels(state >> 1);
    const indices = dithering ? dithered(image.view, run, state).labels.slice() :
      Uint8Array.from(image.places, (place) => labels[place]);
    worker ??= startWorker();
    asked.set(++worker.jobs, resolve);
    const palette = run.palette((state + 1) >> 1).slice();
    worker.postMessage({ job: worker.jobs, width: image.width, indices, palette });
  }));
}

function startWorker() {
  const code = document.querySelector("#packer").textContent;
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const onmessage = ({ data: { job, file } }) => {
    asked.get(job)(file);
    asked.delete(job);
  };
  return Object.assign(new Worker(address), { onmessage, jobs: 0 });
}

// Tells the bytes of the state that is shown once nothing has changed for a moment.
function weighSoon() {
  settings.bytes = [];
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const shown = [run, settings.index * settings.stride, settings.dithering], file = await packed();
    const now = [run, settings.index * settings.stride, settings.dithering], [, state] = now;
    if (now.some((part, i) => part !== shown[i])) return;
    settings.bytes = [state, file.length];
    view.draw(image.view, run, settings);
  }, 150);
}

async function download() {
  const name = `${image.name.replace(/\.[^.]*$/, "")}-${run.k}-colours.png`;
  const href = URL.createObjectURL(new Blob([await packed()], { type: "image/png" }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}

// ------------------------------------------------------------ the page

const view = liveView(about.areas, (name, value) => (name === "picked" ? pick(value) : draw({ chosen: value })));

function draw(changes = {}) {
  Object.assign(settings, changes);
  if (!run) return;
  const chosen = 3 * settings.chosen;
  if (settings.picking && chosen >= 0)
    controls.colour.element.value = "#" + [...run.palette(0).subarray(chosen, chosen + 3)]
      .map((value) => value.toString(16).padStart(2, "0")).join("");
  view.draw(image.view, run, settings);
  weighSoon();
}

function build() {
  const rows = about.rows.flatMap((row) => {
    const [[first, ...others], more] = [...row.split(" / "), ""].map((names) =>
      names.split(" ").filter((name) => name in controls)); // OKLab is Python's
    const box = (names) => element("span", "page-others", ...names.map((name) => controls[name].element));
    return [controls[first].element, box(others), more.length ? box(more) : question(first)];
  });
  const save = element("p", "page-save", button("Download PNG", download).element);
  if (about.rows.some((row) => row.includes("upload"))) {
    save.append(" Your photo never leaves this device: it is opened, shrunk and compressed here.");
    const take = ({ files }) => {
      const chosen = [...files];
      if (chosen.length) telling(() => receive(chosen));
    };
    document.addEventListener("paste", (event) => take(event.clipboardData));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      take(event.dataTransfer);
    });
  }
  root.replaceChildren(element("div", "page-controls", ...rows), view.element, save);
  const redraw = () => run && view.draw(image.view, run, settings);
  new ResizeObserver(redraw).observe(root);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

settings.index = about.iteration;
build();
if (about.halves) controls.halves.set(true);
telling(showSource);
