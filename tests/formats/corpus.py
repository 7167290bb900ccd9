"""Image files for the tests, made on the spot: every kind and mode Pillow can write, and bombs."""

import io
import struct
import warnings
import zlib

import numpy as np
import PIL
from PIL import Image

WIDTH, HEIGHT = 23, 17
KINDS = {
    "PNG": [{}],
    "JPEG": [{}, {"progressive": True}],
    "GIF": [{}],
    "BMP": [{}],
    "DIB": [{}],
    "TIFF": [
        {"compression": name} for name in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits")
    ],
    "WEBP": [{}, {"lossless": True}],
    "AVIF": [{}],
    "JPEG2000": [{}],
    "PPM": [{}],
    "TGA": [{}, {"compression": "tga_rle"}],
    "PCX": [{}],
    "SGI": [{}],
    "ICO": [{"sizes": [(WIDTH, HEIGHT)]}],
    "ICNS": [{}],
    "DDS": [{}],
    "XBM": [{}],
    "MSP": [{}],
    "QOI": [{}],
}
# What the kinds do to the pixels: nothing, or they keep them roughly.
ROUGH = {"JPEG", "WEBP", "AVIF", "JPEG2000"}
SMALL = {"ICNS"}  # changes the size
BEFORE_13 = int(PIL.__version__.split(".")[0]) < 13  # which cannot read all files that it writes
RARE = {"TIFF-YCbCr-None", "TGA-1-tga_rle"}  # and these are the ones


def scene():
    """Return an RGB image with a gradient in each channel and some noise."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    image = np.stack([x * 11, y * 15, (x + y) * 6], axis=-1).astype(np.uint8)
    image[3:7, 3:9] = np.random.default_rng(0).integers(0, 256, (4, 6, 3))
    return Image.fromarray(image)


def modes():
    """Return the scene in every mode of Pillow that is written to files: a dict."""
    rgb, grey = scene(), scene().convert("L")
    ramp = np.linspace(0, 255, HEIGHT * WIDTH).astype(np.uint8).reshape(HEIGHT, WIDTH)
    rgba, grey_alpha = rgb.copy(), grey.copy()
    rgba.putalpha(Image.fromarray(ramp))
    grey_alpha.putalpha(Image.fromarray(ramp))
    deep = Image.fromarray(np.arange(HEIGHT * WIDTH, dtype=np.uint16).reshape(HEIGHT, WIDTH) * 167)
    by_mode = [rgb.convert("1"), grey, grey_alpha, rgb.quantize(16), rgb, rgba, deep]
    by_mode += [rgb.convert(mode) for mode in ("CMYK", "YCbCr", "LAB")]
    return {frame.mode: frame for frame in by_mode}


def files():
    """Return files of every kind, mode and option that Pillow can write: name -> bytes, mode.

    Those that it cannot read itself are left out.
    """
    return {name: made for name, made in written().items() if not (BEFORE_13 and name in RARE)}


def written():
    """Return files of every kind, mode and option that Pillow can write: name -> bytes, mode."""
    made = {}
    for kind, all_options in KINDS.items():
        for options in all_options:
            for mode, frame in modes().items():
                buffer = io.BytesIO()
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        frame.save(buffer, kind, **options)
                except (OSError, ValueError, KeyError, RuntimeError):
                    continue  # the kind has no such mode
                if (kind, mode) == ("PCX", "P"):
                    continue  # Pillow takes one whose palette is cut off for a grey one
                name = "-".join([kind, mode, *(str(value) for value in options.values())])
                made[name] = buffer.getvalue(), mode
    return made


def chunk(kind, data):
    return size(len(data)) + kind + data + size(zlib.crc32(kind + data))


def png(width, height, bits, colour_type, rows, *chunks):
    """Build a PNG by hand: `rows` are bytes without their filter, `chunks` go before the pixels."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def icon(data, width=16, height=16):
    """Build an icon file around one nested image."""
    entry = struct.pack("<BBBBHHII", width, height, 0, 0, 1, 32, len(data), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + data


def tiff(width, height, data, **tags):
    """Build a little-endian TIFF of one strip by hand: `t258=12` sets tag 258 to 12."""
    tags = {"t256": width, "t257": height, "t259": 1, "t262": 1, "t277": 1} | tags
    entries = {int(tag[1:]): value for tag, value in tags.items()}
    entries |= {273: 8 + 2 + 12 * (len(entries) + 3) + 4, 278: height, 279: len(data)}
    table = b"".join(struct.pack("<HHII", tag, 4, 1, entries[tag]) for tag in sorted(entries))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + table + bytes(4) + data


def size(number):
    return struct.pack(">I", number)


def bombs():
    """Return small files that promise, or hold, a huge image: name -> bytes."""
    side = 12_000
    row = bytes(side // 8)
    wide = png(side, side, 1, 0, [row] * side)
    small = {name: data for name, (data, mode) in files().items() if mode in ("RGB", "1")}
    jpeg = bytearray(small["JPEG-RGB"])
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    gif = bytearray(small["GIF-RGB"])
    at = gif.index(b"\x2c\0\0\0\0")
    gif[6:10] = gif[at + 5 : at + 9] = struct.pack("<HH", 65_535, 65_535)
    gif[at:at] = b"\x21\xf9\4\x0d\0\0\0\0"  # transparent, disposed of: takes memory
    bmp = bytearray(small["BMP-RGB"])
    bmp[18:26] = struct.pack("<ii", 60_000, 60_000)
    tga = bytearray(small["TGA-RGB"])
    tga[12:16] = struct.pack("<HH", 65_535, 65_535)
    webp = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xfe\x3f\x00" * 2
    return {
        "PNG": wide,
        "PNG, only promised": png(60_000, 60_000, 8, 2, []),
        "PNG in an icon": icon(wide),
        "PNG in a Mac icon": b"".join(
            [b"icns", size(16 + len(wide)), b"ic10", size(8 + len(wide)), wide]
        ),
        "JPEG": bytes(jpeg),
        "GIF": bytes(gif),
        "BMP": bytes(bmp),
        "TGA": bytes(tga),
        "WebP": b"RIFF" + struct.pack("<I", 4 + len(webp)) + b"WEBP" + webp,
        "PPM": b"P6 60000 60000 255\n" + bytes(100),
        "QOI": b"qoif" + struct.pack(">IIBB", 60_000, 60_000, 3, 0) + bytes(20),
        "PSD": b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 30_000, 30_000, 8, 3) + bytes(14),
        "text in a PNG": png(
            1, 1, 8, 0, [b"\0"], chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))
        ),
    }
