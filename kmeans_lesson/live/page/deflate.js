// DEFLATE (RFC 1951) in the format of zlib (RFC 1950), about as tight as it gets: of all ways to write
// data as literals and matches, the one that takes the fewest bits, found again and again with the
// codes that the last one led to. Browsers' own CompressionStream makes files a quarter larger.

const LONGEST = 258, WINDOW = 32768; // of a match: its length and its distance, at most
const TRIES = 1000; // at a match for each place; tries are few but where much is alike
const ROUNDS = 3;
const LITERALS = 286, DISTANCES = 30, END = 256;
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

// The symbol of each length or distance, and of each symbol where it begins and its extra bits.
function ranges(symbols, first, last, extraOf) {
  const of = new Uint16Array(last + 1), base = [], extra = [];
  for (let symbol = 0, value = first; symbol < symbols; symbol++) {
    base.push(value);
    extra.push(extraOf(symbol));
    for (const end = value + 2 ** extra[symbol]; value < end && value <= last; value++) of[value] = symbol;
  }
  return { of, base, extra };
}

const LENGTH = ranges(28, 3, 257, (i) => Math.max(0, (i >> 2) - 1));
const DISTANCE = ranges(DISTANCES, 1, WINDOW, (i) => Math.max(0, (i >> 1) - 1));
LENGTH.of = Uint16Array.from([...LENGTH.of, 28]); // 258 has a symbol of its own
LENGTH.base.push(258);
LENGTH.extra.push(0);

// Finds for each place the matches with what came before: longer and longer ones, each at its
// smallest distance. places[i] to places[i + 1] are those of place i. Places that begin with the same
// three bytes stand in a tree, the last on top, sorted by what follows (as in LZMA and libdeflate).
function findMatches(data) {
  const n = data.length, heads = new Int32Array(65536).fill(-1), tree = new Int32Array(2 * n);
  const lengths = [], distances = [], places = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    places[i] = lengths.length;
    const most = Math.min(LONGEST, n - i);
    if (most < 3) continue;
    const key = (Math.imul(data[i] | (data[i + 1] << 8) | (data[i + 2] << 16), 0x9e3779b1) >>> 16);
    let node = heads[key], before = 2 * i, after = 2 * i + 1, low = 0, high = 0, best = 2;
    heads[key] = i;
    for (let tries = TRIES; ; tries--) {
      if (node < 0 || i - node > WINDOW || tries === 0) {
        tree[before] = tree[after] = -1;
        break;
      }
      let length = Math.min(low, high);
      while (length < most && data[node + length] === data[i + length]) length++;
      if (length > best) {
        lengths.push((best = length));
        distances.push(i - node);
      }
      if (length === most) { // takes its place
        tree[before] = tree[2 * node];
        tree[after] = tree[2 * node + 1];
        break;
      }
      if (data[node + length] < data[i + length]) {
        tree[before] = node;
        before = 2 * node + 1;
        low = length;
      } else {
        tree[after] = node;
        after = 2 * node;
        high = length;
      }
      node = tree[data[node + length] < data[i + length] ? before : after];
    }
  }
  places[n] = lengths.length;
  return { lengths: Uint16Array.from(lengths), distances: Uint16Array.from(distances), places };
}

// Finds the tokens that take the fewest bits, if symbols take those: { lengths, distances }, a literal
// having length 1.
function parse(data, matches, bits) {
  const n = data.length, cost = new Float64Array(n + 1).fill(Infinity);
  const steps = new Uint16Array(n + 1), back = new Uint16Array(n + 1); // the last token to each place
  const lengthBits = Float64Array.from(LENGTH.of, (symbol) => bits[257 + symbol] + LENGTH.extra[symbol]);
  const distanceBits = DISTANCE.extra.map((extra, symbol) => bits[LITERALS + symbol] + extra);
  cost[0] = 0;
  for (let i = 0; i < n; i++) {
    const literal = cost[i] + bits[data[i]];
    if (literal < cost[i + 1]) {
      cost[i + 1] = literal;
      steps[i + 1] = 1;
    }
    for (let m = matches.places[i], length = 3; m < matches.places[i + 1]; m++) {
      const distance = matches.distances[m], start = cost[i] + distanceBits[DISTANCE.of[distance]];
      for (; length <= matches.lengths[m]; length++) {
        const now = start + lengthBits[length];
        if (now >= cost[i + length]) continue;
        cost[i + length] = now;
        steps[i + length] = length;
        back[i + length] = distance;
      }
    }
  }
  const lengths = [], distances = [];
  for (let at = n; at > 0; at -= steps[at]) {
    lengths.push(steps[at]);
    distances.push(back[at]);
  }
  return { lengths: lengths.reverse(), distances: distances.reverse() };
}

// Counts the symbols of tokens: literals, lengths and the end, then distances.
function countSymbols(data, { lengths, distances }) {
  const counts = new Uint32Array(LITERALS + DISTANCES);
  let place = 0;
  lengths.forEach((length, t) => {
    counts[length > 1 ? 257 + LENGTH.of[length] : data[place]]++;
    if (length > 1) counts[LITERALS + DISTANCE.of[distances[t]]]++;
    place += length;
  });
  counts[END]++;
  return counts;
}

// Gives the bits of each symbol in the best code with none above the limit (package-merge: Larmore
// and Hirschberg, 1990).
function codeLengths(counts, limit) {
  const lengths = new Uint8Array(counts.length), leaves = [];
  counts.forEach((count, symbol) => count && leaves.push({ count, symbols: [symbol] }));
  if (leaves.length < 2) leaves.push({ count: 0, symbols: [leaves[0]?.symbols[0] === 0 ? 1 : 0] });
  let pairs = [];
  for (let bit = 0; bit < limit; bit++) {
    const all = [...leaves, ...pairs].sort((a, b) => a.count - b.count);
    pairs = all.flatMap((one, i) => {
      const other = all[i + 1];
      if (i % 2 || !other) return [];
      return [{ count: one.count + other.count, symbols: [...one.symbols, ...other.symbols] }];
    });
  }
  for (const { symbols } of pairs.slice(0, leaves.length - 1)) for (const symbol of symbols) lengths[symbol]++;
  return lengths;
}

// Gives the code of each symbol, its bits in the order in which they are written.
function codes(lengths) {
  const made = new Uint16Array(lengths.length);
  for (let length = 1, next = 0; length <= 15; length++, next <<= 1)
    lengths.forEach((own, symbol) => {
      if (own !== length) return;
      for (let bit = 0; bit < length; bit++) made[symbol] |= ((next >> bit) & 1) << (length - 1 - bit);
      next++;
    });
  return made;
}

// Gives the bits that each symbol would take, ideally; one that has not occurred may do so yet.
function idealBits(counts) {
  const bits = new Float64Array(counts.length);
  for (const [from, to] of [[0, LITERALS], [LITERALS, counts.length]]) {
    const part = counts.subarray(from, to), total = part.reduce((a, b) => a + b, 0);
    part.forEach((count, i) => (bits[from + i] = Math.max(0.5, Math.log2((total + 1) / (count || 0.4)))));
  }
  return bits;
}

// Writes numbers of some bits, the lowest first.
class Bits {
  bytes = [];
  kept = 0;
  many = 0;
  write(value, bits) {
    this.kept += value * 2 ** this.many;
    for (this.many += bits; this.many >= 8; this.many -= 8) {
      this.bytes.push(this.kept & 255);
      this.kept = Math.floor(this.kept / 256);
    }
  }
}

// Writes how long the codes are, repeated lengths as such, in a code of their own.
function writeTable(out, literals, distances) {
  const used = (lengths, least) => Math.max(least, lengths.findLastIndex((length) => length) + 1);
  const sizes = [used(literals, 257), used(distances, 1)];
  const all = [...literals.subarray(0, sizes[0]), ...distances.subarray(0, sizes[1])], symbols = [];
  for (let i = 0; i < all.length; ) {
    let run = 1;
    while (all[i + run] === all[i] && run < (all[i] ? 7 : 138)) run++;
    if (all[i] === 0 && run >= 3) symbols.push(run < 11 ? [17, run - 3, 3] : [18, run - 11, 7]);
    else if (run >= 4) symbols.push([all[i], 0, 0], [16, run - 4, 2]);
    else for (let j = 0; j < run; j++) symbols.push([all[i], 0, 0]);
    i += run;
  }
  const counts = new Uint32Array(19);
  for (const [symbol] of symbols) counts[symbol]++;
  const lengths = codeLengths(counts, 7), code = codes(lengths);
  const many = Math.max(4, ORDER.findLastIndex((symbol) => lengths[symbol]) + 1);
  out.write(sizes[0] - 257, 5);
  out.write(sizes[1] - 1, 5);
  out.write(many - 4, 4);
  for (const symbol of ORDER.slice(0, many)) out.write(lengths[symbol], 3);
  for (const [symbol, extra, bits] of symbols) {
    out.write(code[symbol], lengths[symbol]);
    out.write(extra, bits);
  }
}

function writeTokens(out, data, tokens) {
  const counts = countSymbols(data, tokens);
  const literals = codeLengths(counts.subarray(0, LITERALS), 15), literalCodes = codes(literals);
  const distances = codeLengths(counts.subarray(LITERALS), 15), distanceCodes = codes(distances);
  writeTable(out, literals, distances);
  let place = 0;
  tokens.lengths.forEach((length, t) => {
    const symbol = length > 1 ? 257 + LENGTH.of[length] : data[place];
    out.write(literalCodes[symbol], literals[symbol]);
    place += length;
    if (length === 1) return;
    const distance = tokens.distances[t], far = DISTANCE.of[distance];
    out.write(length - LENGTH.base[symbol - 257], LENGTH.extra[symbol - 257]);
    out.write(distanceCodes[far], distances[far]);
    out.write(distance - DISTANCE.base[far], DISTANCE.extra[far]);
  });
  out.write(literalCodes[END], literals[END]);
}

// Gives the checksum of zlib.
function adler32(data) {
  let a = 1, b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return [b >> 8, b & 255, a >> 8, a & 255];
}

// Packs bytes into one block.
export function deflate(data) {
  const matches = findMatches(data), out = new Bits();
  let bits = new Float64Array(LITERALS + DISTANCES).fill(6), tokens;
  for (let round = 0; round < ROUNDS; round++) {
    tokens = parse(data, matches, bits);
    bits = idealBits(countSymbols(data, tokens));
  }
  out.write(0b101, 3); // the last block, and its codes come first
  writeTokens(out, data, tokens);
  out.write(0, (8 - out.many) % 8);
  return Uint8Array.from([0x78, 0xda, ...out.bytes, ...adler32(data)]);
}
