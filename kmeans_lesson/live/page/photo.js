// One's own photo: opened by the browser, which turns it upright, and made small.

// How files begin that people take for images, and what to say of each; the first that fits counts.
const CONVERT = "open it in another program and save it as JPEG or PNG";
const KINDS = [
  [/^$/, "is empty: copy or download it again"],
  [/^.{4}ftyp.{0,28}?(hei|hev|mif1)/s,
    `is a HEIC photo, as an iPhone takes them, and this browser cannot read it: ${CONVERT}`],
  [/^(\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP)/s, "is damaged or cut short: copy or download it again"],
  [/^[^\0-\x08\x0e-\x1a\x1c-\x1f]*$/s,
    "is a text, not an image: choose an image instead, such as a JPEG or PNG file"],
  [/^/, `is not an image of a kind that this browser can read: ${CONVERT}`],
];

// Gives the pixels of an image file, on white and with at most `side` in a row or column: { width,
// height, pixels }. If it cannot be read, an Error says in one sentence why.
export async function openPhoto(file, side) {
  const address = URL.createObjectURL(file);
  try {
    const photo = await loaded(address), scale = Math.min(1, side / Math.max(photo.width, photo.height));
    return pixelsOf(photo, ...[photo.width, photo.height].map((n) => Math.max(1, Math.round(scale * n))));
  } catch {
    const head = new Uint8Array(await file.slice(0, 1024).arrayBuffer().catch(() => new ArrayBuffer()));
    const text = String.fromCharCode(...head);
    throw new Error(`${file.name} ${KINDS.find(([begin]) => begin.test(text))[1]}.`);
  } finally {
    URL.revokeObjectURL(address);
  }
}

export function loaded(address) {
  return new Promise((resolve, reject) => {
    const image = Object.assign(new Image(), { onload: () => resolve(image), onerror: reject });
    image.src = address;
  });
}

export function pixelsOf(image, width = image.width, height = image.height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  Object.assign(context, { fillStyle: "white", imageSmoothingQuality: "high" });
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  const data = context.getImageData(0, 0, width, height).data;
  return { width, height, pixels: data.filter((_, i) => i % 4 < 3) };
}
