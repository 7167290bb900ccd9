// Indexed PNG files (W3C: Portable Network Graphics, 2003), as formats/png.py writes them: the palette
// from dark to light, the rows unfiltered, with the fewest bits that can tell the colours apart or 8.

import { deflate } from "./deflate.js";

const LUMINANCE = [0.2126, 0.7152, 0.0722]; // of red, green, blue: Rec. ITU-R BT.709
const INDEXED = 3; // how a PNG says what its numbers are

// Writes an image of at most 256 colours: pixel i has colour indices[i] of the palette, red, green and
// blue of each in turn.
export function indexedPng(width, indices, palette) {
  const { places, colours } = darkToLight(indices, palette);
  const few = [1, 2, 4, 8].find((bits) => colours.length <= 3 * 2 ** bits);
  const files = [...new Set([few, 8])].map((bits) => {
    const header = [...number(width), ...number(indices.length / width), bits, INDEXED, 0, 0, 0];
    const rows = deflate(packed(indices.map((i) => places[i]), width, bits));
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
      ...chunk("IHDR", header), ...chunk("PLTE", colours), ...chunk("IDAT", rows), ...chunk("IEND", [])];
  });
  return Uint8Array.from(files.sort((a, b) => a.length - b.length)[0]);
}

// Orders the colours that occur, equal ones as one, by their luminance: the colours, and the place of
// each index among them.
function darkToLight(indices, palette) {
  const colour = (i) => palette.subarray(3 * i, 3 * i + 3), used = [...new Set(indices)];
  const light = (i) => colour(i).reduce((sum, value, axis) => sum + LUMINANCE[axis] * value, 0);
  const names = new Set(used.sort((i, j) => light(i) - light(j)).map((i) => String(colour(i))));
  const order = [...names], places = [];
  for (const i of used) places[i] = order.indexOf(String(colour(i)));
  return { places, colours: order.flatMap((name) => name.split(",").map(Number)) };
}

// Puts indices into rows of bytes, so many bits for each; a row begins with its filter, here none.
function packed(indices, width, bits) {
  const height = indices.length / width, long = 1 + Math.ceil((width * bits) / 8);
  const rows = new Uint8Array(height * long);
  indices.forEach((index, i) => {
    const column = i % width, at = column * bits;
    rows[((i - column) / width) * long + 1 + (at >> 3)] |= index << (8 - bits - (at & 7));
  });
  return rows;
}

const number = (value) => [value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 255);

// A part of the file: the length of its data, its kind, the data, and a checksum.
function chunk(kind, data) {
  const part = [...[...kind].map((letter) => letter.charCodeAt(0)), ...data];
  return [...number(data.length), ...part, ...number(crc32(part))];
}

function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum;
}

// In a worker: answers each job with its file.
globalThis.onmessage = ({ data: { job, width, indices, palette } }) =>
  postMessage({ job, file: indexedPng(width, indices, palette) });
