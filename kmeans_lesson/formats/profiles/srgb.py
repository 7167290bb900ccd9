"""Colour: the numbers of an image mean colours only together with a colour space; ours is sRGB.

A file names its own with an ICC profile; a PNG or AVIF can also do so with a few numbers. Which of
them counts is as browsers have it: cICP, then ICC, then a PNG's sRGB chunk, then its gAMA and cHRM.
"""

import io
import struct
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms

from kmeans_lesson.engine.blocks import BLOCK, each_block
from kmeans_lesson.engine.colours import pack
from kmeans_lesson.formats.kinds import CONVERT, ImageError
from kmeans_lesson.formats.profiles import icc

# Where red, green, blue and white lie in the chromaticity diagram (x, y), and curves, the light of
# numbers from 0 to 1: both by their numbers in ITU-T H.273.
D65 = (0.3127, 0.3290)
PRIMARIES = {
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65),
    4: ((0.670, 0.330), (0.210, 0.710), (0.140, 0.080), (0.310, 0.316)),
    5: ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060), D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
}
NAMES = {1: "BT.709", 4: "BT.470 M", 5: "BT.470 BG", 6: "BT.601", 9: "BT.2020"}
NAMES |= {11: "DCI-P3", 12: "Display P3"}
HDR = {16: "PQ", 18: "HLG"}
BRADFORD = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
GREY = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "I;16N")
SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}  # of profiles, and Pillow's
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


class Conversion(NamedTuple):
    """A way to sRGB: `colours` makes (N, 3) uint8 of (N, 1) or (N, 3) numbers from 0 to 255, which

    may be fractions; where it is None, `image` takes and gives an image of Pillow.
    """

    name: str
    colours: object
    image: object = None


def conversion_to_srgb(image, chunks):
    """Return the Conversion of an image of Pillow to sRGB, or None if it needs none.

    `chunks` are the parts of the file that tell of colours without a profile: name -> bytes.
    """
    found = _from_cicp(chunks.get(b"cICP", b"")) or _from_profile(image)
    if found is None and b"sRGB" not in chunks:
        found = _from_gamma(chunks.get(b"gAMA", b""), chunks.get(b"cHRM"))
    return found if found and (found.image or _changes(found.colours, image.mode)) else None


def _changes(colours, mode):
    """Say whether colours change by more than rounding; a profile of sRGB itself changes none."""
    if colours is None:
        return False
    if mode in GREY:
        sample = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    else:
        levels = np.arange(0, 256, 15, dtype=np.uint8)
        sample = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    return np.abs(colours(sample).astype(int) - sample).max() > 1


def convert(image, colours):
    """Convert an image, (H, W, 3) uint8: each of its different colours once, as that is faster."""
    pixels = image.reshape(-1, 3)
    out = np.empty_like(pixels)
    table = np.zeros(2**24, np.uint32)  # by code: red, green, blue, and 255 once they are known

    def work(rows):
        codes = pack(pixels[rows], np.intp)
        found = table.take(codes)
        new = np.flatnonzero(found == 0)
        if len(new):
            known = np.full((len(new), 4), 255, np.uint8)
            known[:, :3] = colours(pixels[rows][new])
            found[new] = table[codes[new]] = known.view(np.uint32)[:, 0]
        for channel in range(3):  # faster than all three at once
            out[rows, channel] = found.view(np.uint8)[channel::4]

    each_block(work, len(pixels), 4 * BLOCK)
    return out.reshape(image.shape)


def convert_deep(values, top, colours):
    """Convert numbers of more than 8 bits, (H, W, 1 or 3) from 0 to `top`: (H, W, 3) uint8."""
    rows = values.reshape(-1, values.shape[2])
    done = each_block(lambda block: colours(rows[block] * (255 / top)), len(rows))
    return np.concatenate(done).reshape(*values.shape[:2], 3)


# ------------------------------------------------------------------------------- ICC profiles


def _from_profile(image):
    """Return the Conversion that the ICC profile in an image asks for, or None if it is broken.

    Relative colorimetric, with black point compensation, as browsers and image editors have it.
    """
    data = image.info.get("icc_profile", LAB if image.mode == "LAB" else None)
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        space = SPACES.get(profile.profile.xcolor_space.strip())
        name = "".join(filter(str.isprintable, profile.profile.profile_description or ""))
        name = name[:40].strip() or space
    except (OSError, TypeError, ValueError):
        return None
    fitting = [image.mode] if image.mode in ("CMYK", "LAB") else ["RGB"]
    if space not in fitting + ["L"] * (image.mode in GREY):
        return Conversion("", None)  # passed over: it is not meant for such an image
    try:
        transform = _transform(data, space)
    except ImageCms.PyCMSError:
        return Conversion("", None)
    if space in ("CMYK", "LAB"):
        return Conversion(name, None, transform.apply)
    channels = slice(0, 1) if space == "L" else slice(0, 3)

    def colours(values):
        if values.dtype != np.uint8:
            return of_fractions(values[:, channels])
        values = np.ascontiguousarray(values[:, channels])
        row = Image.frombytes(space, (len(values), 1), values.tobytes())
        return np.asarray(transform.apply(row))[0]

    of_fractions = _of_fractions(data, space, colours)
    return Conversion(name, colours)


def _of_fractions(profile, space, colours):
    """Return what converts numbers with fractions; by a table, they are rounded before."""
    try:
        found = icc.light_and_matrix(profile, space)
        if found:
            light, to_xyz = found
            return _by_matrix(light, to_xyz)
    except (KeyError, ValueError, struct.error, np.linalg.LinAlgError):
        pass  # littleCMS is not so strict
    return lambda values: colours(np.rint(values).astype(np.uint8))


def _transform(profile, space):
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        space,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


# ------------------------------------------------------------------------------- plain numbers


def _from_cicp(data):
    """Return the Conversion that four code points of ITU-T H.273 ask for (PNG 2025, 11.3.2.6)."""
    if len(data) != 4 or data[2:] != b"\0\1" or data[0] not in PRIMARIES:
        return None
    if data[1] in HDR:
        reason = f"holds HDR colours ({HDR[data[1]]}), brighter than the white of an ordinary image"
        raise ImageError(f"{reason}: {CONVERT}")
    light = CURVES.get(data[1])
    return light and Conversion(NAMES[data[0]], _by_matrix(light, _to_d50(*PRIMARIES[data[0]])))


def _from_gamma(gamma, chromaticities):
    """Return the Conversion that the chunks gAMA and cHRM of a PNG ask for (PNG 2025, 13.13)."""
    if len(gamma) != 4 or gamma == bytes(4):
        return None
    gamma = struct.unpack(">I", gamma)[0] / 100_000
    if gamma == 0.45455 and not chromaticities:  # meant for sRGB
        return None
    *rgb, white = PRIMARIES[1]
    try:
        if chromaticities:
            values = np.reshape(struct.unpack(">8I", chromaticities), (4, 2)) / 100_000
            white, *rgb = values.tolist()
        colours = _by_matrix(lambda values: values ** (1 / gamma), _to_d50(*rgb, white))
    except (struct.error, ZeroDivisionError, np.linalg.LinAlgError):
        return None
    return Conversion(f"gamma {1 / gamma:.3g}", colours)


def _by_matrix(light, to_xyz):
    """Return a function from numbers to sRGB, (N, 3) uint8, by a curve and a matrix from light.

    Where the matrix is None, each number is one grey.
    """
    matrix = np.ones((3, 1)) if to_xyz is None else np.linalg.solve(_to_d50(*PRIMARIES[1]), to_xyz)
    if not np.isfinite(matrix).all():
        raise np.linalg.LinAlgError

    def colours(values):
        with np.errstate(all="ignore"):  # in a broken profile, a curve may go anywhere
            linear = np.nan_to_num(light(values / 255) @ matrix.T).clip(0, 1)
        above = 1.055 * linear ** (1 / 2.4) - 0.055
        return np.rint(255 * np.where(linear <= 0.0031308, 12.92 * linear, above)).astype(np.uint8)

    return colours


def _to_d50(red, green, blue, white):
    """Return the matrix from linear RGB to XYZ under daylight of 5000 K, adapted by Bradford."""
    with np.errstate(all="ignore"):
        xyz = np.array([[x / y, 1, (1 - x - y) / y] for x, y in (red, green, blue, white)]).T
        rgb = xyz[:, :3] * np.linalg.solve(xyz[:, :3], xyz[:, 3])
        cones = np.dot(BRADFORD, [0.9642, 1, 0.8249]) / np.dot(BRADFORD, xyz[:, 3])
    return np.linalg.solve(BRADFORD, cones[:, None] * BRADFORD) @ rgb


def _srgb_light(values):
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


CURVES = dict.fromkeys((1, 6, 11, 14, 15), lambda values: values**2.4)  # of television, BT.1886
CURVES |= {4: lambda values: values**2.2, 5: lambda values: values**2.8}
CURVES |= {8: lambda values: values, 13: _srgb_light}
