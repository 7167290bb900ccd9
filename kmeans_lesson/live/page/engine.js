// K-means on the different colours of an image, by the rules of kmeans.py: the same start gives the
// same labels and centroids. Pixels, colours and centroids are red, green and blue of each in turn.

const SIDE = 8; // colours along an edge of a cell of the colour cube
const CLOSE = 1e-6; // a score is below 400,000, and rounding changes it by less than a billionth

// A cell's colours have codes that follow each other: its place in the cube comes first.
const encode = (r, g, b) =>
  ((r >> 3) << 19) | ((g >> 3) << 14) | ((b >> 3) << 9) | ((r & 7) << 6) | ((g & 7) << 3) | (b & 7);
const channel = (code, high, low) => ((code >> high) & 31) << 3 | ((code >> low) & 7);
const decode = (code) => [channel(code, 19, 6), channel(code, 14, 3), channel(code, 9, 0)];

// Counts the different colours of pixels, which is all that K-means needs of an image. Pixel i has
// colour places[i], which occurs counts[places[i]] times; cell j holds colours cells[j] to cells[j + 1],
// without the last; square is the sum of |x|² of all pixels.
export function count(pixels) {
  const codes = new Uint32Array(pixels.length / 3);
  for (let i = 0; i < codes.length; i++)
    codes[i] = encode(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
  const known = codes.slice().sort().filter((code, i, all) => code !== all[i - 1]);
  const colours = new Uint8Array(3 * known.length), cells = [], place = new Map();
  known.forEach((code, i) => {
    place.set(code, i);
    colours.set(decode(code), 3 * i);
    if (i === 0 || code >> 9 !== known[i - 1] >> 9) cells.push(i);
  });
  const places = Int32Array.from(codes, (code) => place.get(code)), counts = new Float64Array(known.length);
  for (const i of places) counts[i]++;
  const square = pixels.reduce((sum, value) => sum + value * value, 0);
  return { colours, counts, places, square, cells: [...cells, known.length] };
}

// |x - c|² = |x|² - 2 x·c + |c|², and |x|² is the same for every centroid c: the nearest has the
// lowest score, which is the rest. These are -2c and |c|² of each centroid.
function weigh(centroids) {
  const weights = new Float64Array((4 * centroids.length) / 3);
  for (let at = 0, j = 0; j < centroids.length; at += 4, j += 3) {
    const [r, g, b] = centroids.subarray(j, j + 3);
    weights.set([-2 * r, -2 * g, -2 * b, r * r + g * g + b * b], at);
  }
  return weights;
}

const score = (weights, at, r, g, b) =>
  r * weights[at] + g * weights[at + 1] + b * weights[at + 2] + weights[at + 3];

// Two centroids can be equally near, but for the last digit of their scores. Processors add a product
// to a sum and round once; numpy lets them, and so does this, so that both decide alike.
const fusedScore = (weights, at, r, g, b) =>
  fused(b, weights[at + 2], fused(g, weights[at + 1], r * weights[at])) + weights[at + 3];

function fused(whole, weight, sum) {
  const start = Math.fround(weight), product = whole * start, rest = whole * (weight - start); // exact
  const total = product + sum, added = total - product;
  return total + (product - (total - added) + (sum - added) + rest); // what total has lost (Knuth)
}

// From the middle of a cell to a colour in it, each channel changes by at most (SIDE - 1) / 2, and so
// the difference of two scores by at most this, for each two centroids, and by what rounding adds.
function reaches(weights) {
  const k = weights.length / 4, reach = new Float64Array(k * k).fill(CLOSE);
  for (let i = 0; i < k * k; i++)
    for (let axis = 0, one = 4 * (i % k), other = 4 * Math.floor(i / k); axis < 3; axis++)
      reach[i] += ((SIDE - 1) / 2) * Math.abs(weights[one + axis] - weights[other + axis]);
  return reach;
}

// Gives the centroids that may be the nearest to a colour of a cell, in rising order.
function rivals(weights, reach, scores, [r, g, b]) {
  const middle = (value) => (value & -SIDE) + (SIDE - 1) / 2, k = scores.length;
  const red = middle(r), green = middle(g), blue = middle(b), near = [];
  let best = 0;
  for (let j = 0; j < k; j++) {
    scores[j] = score(weights, 4 * j, red, green, blue);
    if (scores[j] < scores[best]) best = j;
  }
  for (let j = 0; j < k; j++) if (scores[j] - scores[best] <= reach[best * k + j]) near.push(j);
  return near;
}

// Labels every colour with its nearest centroid; a tie goes to the lowest label.
export function assign({ colours, cells }, centroids) {
  const weights = weigh(centroids), reach = reaches(weights), labels = new Uint8Array(colours.length / 3);
  const scores = new Float64Array(centroids.length / 3);
  for (let cell = 0; cell + 1 < cells.length; cell++) {
    const near = rivals(weights, reach, scores, colours.subarray(3 * cells[cell]));
    labels.fill(near[0], cells[cell], cells[cell + 1]);
    if (near.length === 1) continue;
    for (let i = cells[cell]; i < cells[cell + 1]; i++) {
      const r = colours[3 * i], g = colours[3 * i + 1], b = colours[3 * i + 2];
      let least = Infinity;
      for (let n = 0; n < near.length; n++) {
        const at = 4 * near[n], now = score(weights, at, r, g, b);
        if (now > least + CLOSE) continue;
        if (now > least - CLOSE &&
          fusedScore(weights, at, r, g, b) >= fusedScore(weights, 4 * labels[i], r, g, b)) continue;
        least = now;
        labels[i] = near[n];
      }
    }
  }
  return labels;
}

// Gives of each cluster its sum of each channel and its size: 4K whole numbers, which are exact.
export function addUp({ colours, counts }, labels, k) {
  const totals = new Float64Array(4 * k);
  for (let i = 0; i < labels.length; i++) {
    const at = 4 * labels[i], many = counts[i];
    for (let axis = 0; axis < 3; axis++) totals[at + axis] += many * colours[3 * i + axis];
    totals[at + 3] += many;
  }
  return totals;
}

// Moves every centroid to the mean of its pixels; one without pixels stays where it is.
export const update = (totals, centroids) =>
  centroids.map((old, i) => {
    const at = 4 * Math.floor(i / 3), size = totals[at + 3];
    return size ? totals[at + (i % 3)] / size : old;
  });

// Gives the mean squared error, over pixels and channels, of clusters with any centroids. Of all the
// |x - c|² = |x|² - 2 x·c + |c|² of a cluster, the x add up to its sum, and the |x|² to `square`.
export function error({ square, places }, totals, centroids) {
  let sum = square;
  centroids.forEach((c, i) => {
    const at = 4 * Math.floor(i / 3);
    sum += totals[at + 3] * c * c - 2 * c * totals[at + (i % 3)];
  });
  return Math.max(sum, 0) / (3 * places.length); // rounding could make it negative
}

// Assigns, then updates and assigns so many times; gives the state after each assign.
export function kmeans(image, start, iterations) {
  const states = [];
  for (let i = 0, centroids = Float64Array.from(start); i <= iterations; i++) {
    if (i) centroids = update(states[i - 1].totals, centroids);
    const labels = assign(image, centroids), totals = addUp(image, labels, centroids.length / 3);
    states.push({ centroids, labels, totals, error: error(image, totals, centroids) });
  }
  return states;
}
