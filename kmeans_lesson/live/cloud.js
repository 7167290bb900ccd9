// The colour cloud: a part of the live view, on a 2-D canvas; live.js is appended to this file.

const POINTS = 20000; // at most; of more colours every second, third, ... is shown
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const AXES = { red: [275, 0, 0], green: [0, 275, 0], blue: [0, 0, 275] };

function cloud() {
  const canvas = element("canvas", "kmeans-cloud");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  let yaw = -0.6, pitch = 0.4, drawn = null; // drawn: what was drawn last

  const turn = (right, down) => {
    yaw += right;
    pitch = Math.max(-1.5, Math.min(1.5, pitch + down));
    if (drawn) draw(...drawn);
  };
  canvas.onpointerdown = (event) => canvas.setPointerCapture(event.pointerId);
  canvas.onpointermove = (event) => {
    if (event.buttons) turn(event.movementX / 150, event.movementY / 150);
  };
  canvas.onkeydown = (event) => {
    if (!(event.key in ARROWS)) return;
    event.preventDefault();
    event.stopPropagation(); // else JupyterLab would go to another cell
    turn(...ARROWS[event.key].map((way) => way / 10));
  };

  // Gives a function from a colour to its place on the canvas and how near it is to the eye.
  const projection = (width, height) => {
    const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
    const scale = Math.min(width, height) / 440;
    return (red, green, blue) => {
      const x = red - 127.5, y = green - 127.5, z = blue - 127.5, depth = cy * z - sy * x;
      const right = cy * x + sy * z, up = cp * y - sp * depth, near = sp * y + cp * depth;
      return [width / 2 + scale * right, height / 2 - scale * up, near];
    };
  };

  // Paints one square for each colour; where squares overlap, the nearest is seen.
  const points = (now, { colours }, project, { width, height }, size) => {
    const pixels = new Uint32Array(width * height);
    const depths = new Float32Array(width * height).fill(-Infinity);
    const m = now.shown.length, count = Math.min(POINTS, m);
    for (let i = 0; i < count; i++) {
      const colour = Math.floor((i * m) / count), at = 3 * colour;
      const [x, y, near] = project(colours[at], colours[at + 1], colours[at + 2]);
      const left = Math.round(x - size / 2), top = Math.round(y - size / 2);
      for (let start = top * width + left; start < (top + size) * width + left; start += width)
        for (let place = start; place < start + size; place++)
          if (near > depths[place]) {
            depths[place] = near;
            pixels[place] = now.shown[colour];
          }
    }
    return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  };

  const draw = (now, lab) => {
    const { image, run } = lab;
    drawn = [now, lab];
    const ratio = devicePixelRatio, context = canvas.getContext("2d");
    if (canvas.clientWidth) { // out of sight it has none, and keeps the last one
      canvas.width = Math.round(canvas.clientWidth * ratio);
      canvas.height = Math.round(canvas.clientHeight * ratio);
    }
    const project = projection(canvas.width, canvas.height);
    const size = Math.round((now.shown.length < 100 ? 9 : 2) * ratio);
    context.putImageData(points(now, image, project, canvas, size), 0, 0);

    const ink = getComputedStyle(canvas).color;
    const line = (colours, width, opacity) => {
      context.beginPath();
      colours.forEach((colour) => context.lineTo(...project(...colour).slice(0, 2)));
      Object.assign(context, { strokeStyle: ink, lineWidth: width * ratio, globalAlpha: opacity });
      context.stroke();
      context.globalAlpha = 1;
    };
    for (const [a, b] of [[0, 0], [0, 255], [255, 0], [255, 255]]) {
      line([[0, a, b], [255, a, b]], 1, 0.3);
      line([[a, 0, b], [a, 255, b]], 1, 0.3);
      line([[a, b, 0], [a, b, 255]], 1, 0.3);
    }
    Object.assign(context, { fillStyle: ink, textAlign: "center", textBaseline: "middle" });
    context.font = `${15 * ratio}px ${getComputedStyle(canvas).fontFamily}`;
    for (const axis in AXES) context.fillText(axis, ...project(...AXES[axis]).slice(0, 2));

    const near = run.order.map((j) => [project(...rgb(now.palette, j)), j]);
    for (const [[x, y], j] of near.sort(([a], [b]) => a[2] - b[2])) {
      const trail = Array.from({ length: now.moved + 1 }, (_, i) => rgb(run.palette(i), j));
      line(trail, 1.5, 0.7);
      const radius = (5 + 12 * Math.sqrt(now.shares[j])) * ratio;
      disc(context, x, y, radius, css(now.palette, j), ratio * (j === now.marked ? 2 : 1));
    }
    canvas.setAttribute("aria-label", `colour cloud: ${run.k} centroids among ` +
      `${now.shown.length.toLocaleString("en")} colours; arrow keys rotate it`);
  };
  return { element: canvas, draw };
}
