// Draws one state of a run: image, palette, numbers, colour cloud and error curve.
// Python has computed everything; here it is only looked up: colour = palette[label[place]].

const LUMINANCE = [0.2126, 0.7152, 0.0722];
const POINTS = 20000; // of the colour cloud
const PALE = 0x18000000; // the opacity of pixels that are not chosen, in a colour's highest byte

const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const percent = (share) => (share < 0.01 ? "less than 1" : Math.round(100 * share)) + " %";

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function readImage(image) {
  const places = new Int32Array(bytes(image.places).slice().buffer);
  return { ...image, colours: bytes(image.colours), places };
}

// A run with its labels and palettes as arrays, and the order of its palette, dark to light.
function readRun(run) {
  const { k, sizes } = run, labels = bytes(run.labels), palettes = bytes(run.palettes);
  const m = labels.length / sizes.length, last = palettes.subarray(-3 * k);
  const light = (j) => LUMINANCE.reduce((sum, weight, c) => sum + weight * last[3 * j + c], 0);
  const order = [...Array(k).keys()].sort((a, b) => light(a) - light(b));
  const pixels = sizes[0].reduce((a, b) => a + b);
  return {
    ...run, order, last: run.errors.length - 1,
    labels: (i) => labels.subarray(i * m, (i + 1) * m),
    palette: (i) => palettes.subarray(3 * i * k, 3 * (i + 1) * k),
    shares: (i) => sizes[i].map((size) => size / pixels),
  };
}

// What every part draws: labels of iteration ⌊state / 2⌋, palette of ⌈state / 2⌉.
function stateOf(model, image, run, hovered) {
  const state = Math.min(model.get("index") * model.get("stride"), run.last);
  const moved = (state + 1) >> 1, labels = run.labels(state >> 1), palette = run.palette(moved);
  const chosen = hovered >= 0 ? hovered : model.get("picking") ? -1 : model.get("chosen");
  const alpha = (label) => (chosen < 0 || label === chosen ? 0xff000000 : PALE);
  const own = new Uint32Array(labels.length), painted = new Uint32Array(labels.length);
  const { colours } = image;
  for (let i = 0; i < labels.length; i++) {
    const j = 3 * labels[i], a = alpha(labels[i]);
    own[i] = a | (colours[3 * i + 2] << 16) | (colours[3 * i + 1] << 8) | colours[3 * i];
    painted[i] = a | (palette[j + 2] << 16) | (palette[j + 1] << 8) | palette[j];
  }
  const compared = model.get("original") ? own : painted;
  return { state, moved, palette, chosen, own, painted, compared, shares: run.shares(state >> 1) };
}

const css = (palette, j) => `rgb(${palette.slice(3 * j, 3 * j + 3).join(" ")})`;

// ---------------------------------------------------------------- the parts: {element, draw}

const picture = (name) => (lab) => {
  const figure = element("figure", "kmeans-image");
  const title = element("figcaption", "");
  const canvas = element("canvas", "");
  canvas.setAttribute("role", "img");
  figure.append(title, canvas);
  canvas.onclick = (event) => {
    const { width, height, left, top } = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * canvas.width);
    const row = Math.floor(((event.clientY - top) / height) * canvas.height);
    lab.pick(row, column);
  };
  const draw = (now, { image, run, model }) => {
    if (canvas.width !== image.width) canvas.width = image.width;
    if (canvas.height !== image.height) canvas.height = image.height;
    const original = name === "original" || model.get("original");
    const colours = name === "original" ? now.own : now.compared;
    const pixels = Uint32Array.from(image.places, (place) => colours[place]);
    const data = new Uint8ClampedArray(pixels.buffer);
    canvas.getContext("2d").putImageData(new ImageData(data, image.width, image.height), 0, 0);
    const many = (image.colours.length / 3).toLocaleString("en");
    title.textContent = original ? `original, ${many} colours` : `compressed, ${run.k} colours`;
    canvas.setAttribute("aria-label", title.textContent);
    canvas.classList.toggle("kmeans-pick", model.get("picking"));
    canvas.classList.toggle("kmeans-tiny", image.width < 100);
  };
  return { element: figure, draw };
};

function paletteBar(lab) {
  const bar = element("div", "kmeans-palette");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "palette: choose a colour to see only its pixels");
  let order = "";
  const draw = (now, { run, model }) => {
    if (order !== String(run.order)) {
      order = String(run.order);
      bar.replaceChildren(...run.order.map((j) => {
        const button = element("button", "");
        button.onclick = () => lab.choose(j);
        button.onpointerenter = () => lab.hover(j);
        button.onpointerleave = () => lab.hover(-1);
        return button;
      }));
    }
    run.order.forEach((j, place) => {
      const button = bar.children[place], share = now.shares[j];
      button.style.flexGrow = share;
      button.style.background = css(now.palette, j);
      const name = `colour ${j + 1} of ${run.k}, ${percent(share)} of the pixels`;
      button.setAttribute("aria-label", name);
      button.setAttribute("aria-pressed", j === model.get("chosen"));
      button.title = name;
    });
  };
  return { element: bar, draw };
}

function numbers() {
  const list = element("dl", "kmeans-numbers");
  const draw = (now, { run, model }) => {
    const [weighed, weight] = model.get("weight"), psnr = run.psnrs[now.state];
    const half = now.state % 2 ? "½" : "";
    const rows = {
      [half ? "updated: centroids moved" : "assigned: labels are new"]: `iteration ${now.state >> 1}${half}`,
      "mean squared error": run.errors[now.state].toFixed(1),
      "PSNR in decibels": psnr === null ? "∞" : psnr.toFixed(1),
      "bytes as indexed PNG": weighed === now.state ? weight.toLocaleString("en") : "…",
    };
    list.replaceChildren(...Object.entries(rows).map(([name, value]) => {
      const group = element("div", "");
      group.append(element("dt", "", name), element("dd", "", value));
      return group;
    }));
  };
  return { element: list, draw };
}

function curve() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 400 150");
  svg.setAttribute("role", "img");
  svg.setAttribute("class", "kmeans-curve");
  const draw = (now, { run, model }) => {
    const { errors, last } = run, top = Math.max(...errors) || 1;
    const x = (state) => 52 + (336 * state) / last, y = (error) => 116 - (96 * error) / top;
    const states = errors.map((_, s) => s).filter((s) => s % model.get("stride") === 0);
    const line = states.map((s) => `${x(s)},${y(errors[s])}`).join(" ");
    const dots = states.map((s) => `<circle cx="${x(s)}" cy="${y(errors[s])}" r="3"/>`).join("");
    const ticks = [0, last / 4, last / 2].map((i) =>
      `<text x="${x(2 * i)}" y="137" text-anchor="middle">${Math.round(i)}</text>`).join("");
    svg.innerHTML = `<text x="52" y="13">mean squared error</text>
      <text x="44" y="${y(top) + 5}" text-anchor="end">${Math.round(top)}</text>
      <text x="44" y="121" text-anchor="end">0</text>
      <path d="M52 20V116H388"/>${ticks}
      <text x="388" y="150" text-anchor="end">iteration</text>
      <polyline points="${line}"/>${dots}
      <circle class="now" cx="${x(now.state)}" cy="${y(errors[now.state])}" r="8"/>`;
    svg.setAttribute("aria-label", `error curve: ${errors[0].toFixed(1)} at the start, ` +
      `${errors[now.state].toFixed(1)} now, ${errors[last].toFixed(1)} at the end`);
  };
  return { element: svg, draw };
}

function cloud(lab) {
  const canvas = element("canvas", "kmeans-cloud");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "RGB colour cloud with the centroids; arrow keys rotate it");
  let yaw = -0.7, pitch = 0.45;
  const turn = (right, down) => {
    yaw += right;
    pitch = Math.max(-1.5, Math.min(1.5, pitch + down));
    lab.redraw();
  };
  canvas.onpointerdown = (event) => canvas.setPointerCapture(event.pointerId);
  canvas.onpointermove = (event) => {
    if (event.buttons) turn(event.movementX / 150, event.movementY / 150);
  };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    const [right, down] = arrows[event.key] ?? [0, 0];
    if (!right && !down) return;
    event.preventDefault();
    event.stopPropagation(); // else JupyterLab would go to the next cell
    turn(right / 10, down / 10);
  };
  const draw = (now, { image, run }) => {
    const ratio = window.devicePixelRatio;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height) return;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const scale = Math.min(width, height) / 490;
    const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
    const project = (r, g, b) => {
      const x = r - 127.5, y = g - 127.5, z = b - 127.5, back = cy * z - sy * x;
      return [width / 2 + scale * (cy * x + sy * z), height / 2 - scale * (cp * y - sp * back),
        sp * y + cp * back];
    };

    const pixels = new Uint32Array(width * height);
    const depths = new Float32Array(width * height).fill(-Infinity);
    const m = now.own.length, count = Math.min(POINTS, m), size = Math.round((m < 100 ? 6 : 2) * ratio);
    for (let i = 0; i < count; i++) {
      const point = Math.floor((i * m) / count), at = 3 * point;
      const [x, y, near] = project(...image.colours.subarray(at, at + 3));
      for (let row = y | 0; row < (y | 0) + size; row++)
        for (let place = row * width + (x | 0), end = place + size; place < end; place++)
          if (near > depths[place]) (depths[place] = near), (pixels[place] = now.compared[point]);
    }
    const context = canvas.getContext("2d"), ink = getComputedStyle(canvas).color;
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);

    const line = (points, thick, colour) => {
      context.beginPath();
      points.forEach((point) => context.lineTo(...project(...point).slice(0, 2)));
      [context.lineWidth, context.strokeStyle] = [thick * ratio, colour];
      context.stroke();
    };
    context.globalAlpha = 0.35;
    for (const [a, b] of [[0, 0], [0, 255], [255, 0], [255, 255]])
      for (const edge of [[[0, a, b], [255, a, b]], [[a, 0, b], [a, 255, b]], [[a, b, 0], [a, b, 255]]])
        line(edge, 1, ink);
    context.globalAlpha = 1;
    [context.fillStyle, context.textAlign, context.font] = [ink, "center", `${15 * ratio}px sans-serif`];
    const corners = { red: [280, 0, 0], green: [0, 280, 0], blue: [0, 0, 280], black: [-14, -14, -14],
      white: [268, 268, 268] };
    for (const [name, corner] of Object.entries(corners))
      context.fillText(name, ...project(...corner).slice(0, 2));

    const history = [...Array(now.moved + 1).keys()].map(run.palette);
    const where = (palette, j) => palette.subarray(3 * j, 3 * j + 3);
    const near = (j) => project(...where(now.palette, j))[2];
    for (const j of [...run.order].sort((a, b) => near(a) - near(b))) {
      line(history.map((palette) => where(palette, j)), 2, ink);
      const [x, y] = project(...where(now.palette, j));
      context.beginPath();
      context.arc(x, y, (5 + 12 * Math.sqrt(now.shares[j])) * ratio, 0, 7);
      context.fillStyle = css(now.palette, j);
      context.fill();
      [context.lineWidth, context.strokeStyle] = [(j === now.chosen ? 5 : 2) * ratio, ink];
      context.stroke();
    }
  };
  return { element: canvas, draw };
}

// ---------------------------------------------------------------- all parts together

const PARTS = { original: picture("original"), compressed: picture("compressed"),
  palette: paletteBar, numbers, cloud, curve };

function render({ model, el }) {
  let image, run, hovered = -1, asked = 0;
  const drawNow = () => {
    asked = 0;
    if (!image || !run || run.labels(0).length !== image.colours.length / 3) return;
    const now = stateOf(model, image, run, hovered);
    parts.forEach((part) => part.draw(now, { image, run, model }));
  };
  const lab = {
    redraw: () => (asked ||= requestAnimationFrame(drawNow)),
    hover: (label) => ((hovered = label), lab.redraw()),
    choose: (label) => {
      model.set("chosen", label === model.get("chosen") ? -1 : label);
      model.save_changes();
    },
    pick: (row, column) => {
      if (!model.get("picking")) return;
      model.set("picked", [model.get("chosen"), row, column]);
      model.save_changes();
    },
  };
  const parts = model.get("parts").map((name) => PARTS[name](lab));
  const message = element("p", "kmeans-message");
  message.setAttribute("role", "status");
  const columns = { left: element("div", "kmeans-left"), right: element("div", "kmeans-right") };
  const images = element("div", "kmeans-images");
  columns.left.append(images);
  model.get("parts").forEach((name, i) => {
    const place = name in { cloud: 0, curve: 0 } ? columns.right :
      name in { original: 0, compressed: 0 } ? images : columns.left;
    place.append(parts[i].element);
  });
  const view = element("div", "kmeans-view");
  view.append(columns.left, ...(columns.right.childElementCount ? [columns.right] : []));
  el.append(message, view);

  const on = (names, react) => {
    names.forEach((name) => model.on(`change:${name}`, react));
    react();
  };
  on(["image"], () => (image = model.get("image").places && readImage(model.get("image"))));
  on(["run"], () => (run = model.get("run").k && readRun(model.get("run"))));
  on(["image", "run", "index", "stride", "original", "chosen", "picking", "weight"], lab.redraw);
  on(["message", "busy"], () => {
    message.textContent = model.get("message");
    el.classList.toggle("kmeans-busy", model.get("busy"));
  });
  new ResizeObserver(lab.redraw).observe(view);
}

export default { render };
