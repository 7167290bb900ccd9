// A start drawn at random: the one that `init_centroids` draws with the same seed. For that, numbers
// come as numpy's default_rng makes them: PCG64 (O'Neill, 2014), its state mixed from the seed.

const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n; // of the state of PCG64, 128 bits

// numpy's SeedSequence: spreads a seed below 2³² over eight numbers of 32 bits.
function seedState(seed) {
  let factor = 0x43b0d7e5;
  const hash = (value, multiplier) => {
    value ^= factor;
    factor = Math.imul(factor, multiplier);
    value = Math.imul(value, factor);
    return value ^ (value >>> 16);
  };
  const mix = (a, b) => {
    const mixed = Math.imul(a, 0xca01f9dd) - Math.imul(b, 0x4973f715) | 0;
    return mixed ^ (mixed >>> 16);
  };
  const pool = [seed, 0, 0, 0].map((value) => hash(value, 0x931e8875));
  for (let from = 0; from < 4; from++)
    for (let to = 0; to < 4; to++)
      if (from !== to) pool[to] = mix(pool[to], hash(pool[from], 0x931e8875));
  factor = 0x8b51f9dd;
  return [...pool, ...pool].map((value) => BigInt(hash(value, 0x58f38ded) >>> 0));
}

// Gives below(n), a whole number from 0 to n - 1, and fraction(), a number from 0 to below 1.
function generator(seed) {
  const [a, b, c, d, e, f, g, h] = seedState(seed);
  const step = (from) => BigInt.asUintN(128, from * MULTIPLIER + increment);
  const increment = BigInt.asUintN(128, (f << 97n) | (e << 65n) | (h << 33n) | (g << 1n) | 1n);
  let state = step(increment + ((b << 96n) | (a << 64n) | (d << 32n) | c)), kept = null;

  const next64 = () => {
    state = step(state);
    const mixed = BigInt.asUintN(64, (state >> 64n) ^ state), turn = state >> 122n;
    return BigInt.asUintN(64, (mixed >> turn) | (mixed << (64n - turn)));
  };
  const next32 = () => { // the lower half of 64 bits, then the upper one
    const whole = kept === null ? next64() : kept;
    kept = kept === null ? whole >> 32n : null;
    return whole & 0xffffffffn;
  };
  const below = (n) => { // without favour for any number (Lemire, 2019)
    const range = BigInt(n), uneven = 2n ** 32n % range;
    let product = next32() * range;
    while ((product & 0xffffffffn) < uneven) product = next32() * range;
    return Number(product >> 32n);
  };
  return { below, fraction: () => Number(next64() >> 11n) / 2 ** 53 };
}

// Draws K different colours of an image, and gives their places in its list of colours: those of
// pixels drawn at random, passing over colours that were drawn before.
export function drawColours(image, k, seed) {
  const { below, fraction } = generator(seed), { places } = image, n = places.length;
  const drawn = new Set();
  for (let i = 32 * Math.min(k, n); i > 0; i--) drawn.add(places[n > 1 ? below(n) : 0]);
  return drawn.size >= k ? [...drawn].slice(0, k) : choose(image, k, fraction);
}

// Gives centroids at colours of an image, by their places in its list.
export const centroidsAt = ({ colours }, chosen) =>
  Float64Array.from(chosen.flatMap((i) => [...colours.subarray(3 * i, 3 * i + 3)]));

// Draws from the list of all colours, each as often as its pixels are: the pixels were too alike.
function choose({ colours, counts, places }, k, fraction) {
  const chosen = new Set(), compare = (i, j) => colours[i] - colours[j];
  const list = [...counts.keys()].sort((i, j) =>
    compare(3 * i, 3 * j) || compare(3 * i + 1, 3 * j + 1) || compare(3 * i + 2, 3 * j + 2));
  const chances = list.map((i) => counts[i] / places.length);
  while (chosen.size < k) {
    const drawn = Array.from({ length: k - chosen.size }, fraction);
    for (const at of chosen) chances[at] = 0;
    let sum = 0;
    const sums = chances.map((chance) => (sum += chance)).map((part) => part / sum);
    for (const number of drawn) chosen.add(sums.findIndex((part) => part > number));
  }
  return [...chosen].map((at) => list[at]);
}
