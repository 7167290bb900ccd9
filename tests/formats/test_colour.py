"""Step 1: whatever colour space a file speaks of, the image is in sRGB, as browsers show it."""

import base64
import functools
import io
import shutil
import struct
import zlib

import corpus
import numpy as np
import profiles
import pytest
from PIL import Image, ImageCms

from kmeans_lesson import load_image, save_image
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.images import load_and_tell

PATCHES = [[235, 51, 35], [101, 197, 70], [30, 60, 180], [200, 150, 120], [128, 128, 128]]
PATCHES += [[250, 220, 60], [0, 0, 0], [10, 10, 10], [60, 60, 60], [255, 255, 255], [0, 255, 0]]
LOSSLESS = {"PNG": {}, "TIFF": {"compression": "tiff_lzw"}, "WEBP": {"lossless": True}}


def scene():
    """Return an RGB image of patches and gradients."""
    y, x = np.mgrid[:64, :176]
    image = np.stack([x * 255 // 175, y * 4, (x + y) % 256], axis=-1).astype(np.uint8)
    image[:16] = np.repeat(PATCHES, 16, axis=0)
    image[16:24] = (np.arange(176) * 255 // 175)[:, None]
    return image


@functools.cache
def by_little_cms(profile, mode, pixels):
    """Convert pixels with littleCMS itself, (1, N) bytes of that mode, to sRGB: (N, 3)."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    frame = Image.frombytes(
        mode, (len(pixels) // len(Image.new(mode, (1, 1)).tobytes()), 1), pixels
    )
    done = ImageCms.profileToProfile(
        frame,
        profile,
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return np.asarray(done)[0].astype(int)


def wanted(profile, image, mode="RGB"):
    return by_little_cms(profile, mode, image.tobytes()).reshape(*image.shape[:2], 3)


@pytest.fixture
def load(tmp_path):
    def load(data):
        (tmp_path / "image").write_bytes(data)
        return load_image(tmp_path / "image").astype(int)

    return load


def saved(frame, kind="PNG", **options):
    buffer = io.BytesIO()
    frame.save(buffer, kind, **options)
    return buffer.getvalue()


# ------------------------------------------------------------------------------- ICC profiles


@pytest.mark.parametrize("kind", LOSSLESS)
@pytest.mark.parametrize("name", profiles.PROFILES)
def test_a_profile_is_converted_to_srgb(name, kind, load):
    profile, image = profiles.PROFILES[name], scene()
    data = saved(Image.fromarray(image), kind, icc_profile=profile, **LOSSLESS[kind])
    right = wanted(profile, image)
    assert np.abs(right - image).max() > 30  # it would be seen if nothing were done
    assert np.abs(load(data) - right).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "AVIF"])
@pytest.mark.parametrize("name", profiles.PROFILES)
def test_a_profile_in_a_lossy_file_is_converted_after_decoding(name, kind, load):
    profile = profiles.PROFILES[name]
    frame = Image.fromarray(scene())
    with Image.open(io.BytesIO(saved(frame, kind, quality=90))) as plain:
        decoded = np.asarray(plain.convert("RGB"))
    data = saved(frame, kind, quality=90, icc_profile=profile)
    assert np.abs(load(data) - wanted(profile, decoded)).max() <= 1


def test_display_p3_gives_the_colours_worked_out_by_hand(load):
    image = np.array([PATCHES[:6]], np.uint8)
    data = saved(Image.fromarray(image), icc_profile=profiles.PROFILES["Display P3"])
    right = [[255, 0, 0], [52, 200, 40], [17, 61, 187], [209, 147, 115], [128, 128, 128]]
    assert np.abs(load(data)[0] - [*right, [255, 219, 0]]).max() <= 1


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1"])
def test_greys_palettes_and_transparent_images_have_profiles_too(mode, load):
    profile = profiles.grey(1.0) if mode in ("1", "L", "LA") else profiles.PROFILES["ProPhoto"]
    frame = Image.fromarray(scene()).convert("L" if mode == "LA" else "RGB").convert(mode)
    colours = frame.convert("L" if mode in ("1", "LA") else "RGB" if mode != "L" else "L")
    alpha = np.full((*frame.size[::-1], 1), 1.0)
    if mode.endswith("A"):
        ramp = np.broadcast_to(np.arange(176, dtype=np.uint8), (64, 176))
        frame.putalpha(Image.fromarray(ramp))
        alpha = ramp[:, :, None] / 255
    right = wanted(profile, np.asarray(colours), colours.mode)
    image = load(saved(frame, icc_profile=profile))
    assert np.abs(image - (right * alpha + 255 * (1 - alpha))).max() <= 1.01


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_have_profiles_too(kind, load):
    profile = profiles.table(b"CMYK", 4, profiles.ink)
    frame = Image.fromarray(scene()).convert("CMYK")
    data = saved(frame, kind, icc_profile=profile, **({"quality": 95} if kind == "JPEG" else {}))
    with Image.open(io.BytesIO(data)) as decoded:
        right = wanted(profile, np.asarray(decoded), "CMYK")
    assert np.abs(right - load(saved(frame, kind))).max() > 30
    assert np.abs(load(data) - right).max() <= 1


def test_lab_has_profiles_too(load):
    frame = Image.fromarray(scene()).convert("LAB")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    right = wanted(profile, np.asarray(frame), "LAB")
    assert np.abs(load(saved(frame, "TIFF", icc_profile=profile)) - right).max() <= 1


@pytest.mark.parametrize("gamma", [profiles.SRGB_CURVE])
@pytest.mark.parametrize("made_by", ["hand", "littleCMS"])
def test_a_profile_of_srgb_changes_nothing_and_is_not_mentioned(gamma, made_by, tmp_path):
    profile = profiles.rgb(profiles.SRGB, gamma)
    if made_by == "littleCMS":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (tmp_path / "a.png").write_bytes(saved(Image.fromarray(scene()), icc_profile=profile))
    image, notes = load_and_tell(tmp_path / "a.png")
    assert (image == scene()).all()
    assert notes == []


P3_PROFILE = profiles.PROFILES["Display P3"]


@pytest.mark.parametrize(
    "profile",
    [
        b"nonsense" * 40,
        P3_PROFILE[:200],
        P3_PROFILE[:128] + bytes(len(P3_PROFILE) - 128),
        P3_PROFILE.replace(b"rTRC", b"xTRC"),
        profiles.grey(1.0),
        profiles.table(b"CMYK", 4, profiles.ink),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes(),
    ],
    ids=["nonsense", "cut short", "zeros", "no red curve", "grey", "CMYK", "Lab", "XYZ"],
)
@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_broken_or_unfitting_profile_is_passed_over(profile, kind, load):
    frame = Image.fromarray(scene())
    assert (load(saved(frame, kind, icc_profile=profile, **LOSSLESS[kind])) == scene()).all()


@pytest.mark.parametrize("byte", range(0, 500, 7))
def test_a_spoilt_profile_never_stops_an_image(byte, load):
    profile = bytearray(P3_PROFILE)
    profile[byte % len(profile)] ^= 0xFF
    assert load(saved(Image.fromarray(scene()[:16]), icc_profile=bytes(profile))).shape[2] == 3


def test_what_is_written_is_srgb_without_a_profile(tmp_path):
    save_image(tmp_path / "a.png", scene())
    with Image.open(tmp_path / "a.png") as frame:
        assert not {"icc_profile", "gamma", "srgb", "chromaticity"} & set(frame.info)


# ------------------------------------------------------------------------------- as browsers do


def gama(value):
    return corpus.chunk(b"gAMA", struct.pack(">I", round(value * 1e5)))


def chrm(primaries, white=profiles.D65):
    numbers = [round(value * 1e5) for point in (white, *primaries) for value in point]
    return corpus.chunk(b"cHRM", struct.pack(">8I", *numbers))


def iccp(profile):
    return corpus.chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))


def cicp(*numbers):
    return corpus.chunk(b"cICP", bytes(numbers))


SRGB = corpus.chunk(b"sRGB", b"\0")
ADOBE = iccp(profiles.PROFILES["Adobe RGB"])
BROKEN = iccp(b"nonsense" * 20)
CHUNKS = {
    "nothing": [],
    "gamma of sRGB": [gama(0.45455)],
    "gamma 1": [gama(1)],
    "gamma 0.3": [gama(0.3)],
    "gamma 0": [gama(0)],
    "primaries alone": [chrm(profiles.P3)],
    "gamma of sRGB, P3": [gama(0.45455), chrm(profiles.P3)],
    "gamma of sRGB, sRGB": [gama(0.45455), chrm(profiles.SRGB)],
    "gamma 1, P3": [gama(1), chrm(profiles.P3)],
    "gamma 1, no primaries": [gama(1), chrm([(0, 0)] * 3)],
    "gamma 1, ProPhoto": [gama(1 / 1.8), chrm(profiles.PROPHOTO, profiles.WHITE_50)],
    "sRGB before gamma": [gama(1), SRGB],
    "profile": [iccp(P3_PROFILE)],
    "profile before gamma": [gama(1), chrm(profiles.P3), ADOBE],
    "sRGB profile before gamma": [gama(1), iccp(profiles.rgb(profiles.SRGB, profiles.SRGB_CURVE))],
    "profile before sRGB": [ADOBE, SRGB],
    "grey profile before gamma": [gama(1), iccp(profiles.grey(1.0))],
    "broken profile": [BROKEN],
    "broken profile, gamma": [gama(1), BROKEN],
    "cICP of P3": [cicp(12, 13, 0, 1)],
    "cICP before profile": [cicp(12, 13, 0, 1), ADOBE],
    "cICP of sRGB": [cicp(1, 13, 0, 1), ADOBE],
    "cICP without meaning": [cicp(2, 2, 0, 1), ADOBE],
    "cICP unknown": [cicp(99, 13, 0, 1), ADOBE],
    "cICP of narrow range": [cicp(12, 13, 0, 0), ADOBE],
    **{f"cICP {p} {t}": [cicp(p, t, 0, 1)] for p in (1, 9, 12) for t in (1, 4, 8, 13, 14)},
    **{f"cICP {p}": [cicp(p, 13, 0, 1)] for p in (4, 5, 6, 11)},
    "cICP 5": [cicp(5, 5, 0, 1)],
}
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
FLAGS += "--disable-component-update --disable-sync --force-color-profile=srgb"


@pytest.fixture(scope="module")
def shown_by_chromium():
    """Return what Chromium shows of a file of 176 x 64 pixels."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS.split())
        page = browser.new_page(viewport={"width": 200, "height": 80})

        def shown(data, kind="png"):
            source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
            page.set_content(f'<body style="margin: 0"><img src="{source}">')
            page.wait_for_function("document.images[0].complete")
            screen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            return np.asarray(screen)[:64, :176].astype(int)

        yield shown
        browser.close()


@pytest.mark.parametrize("name", CHUNKS)
def test_a_png_looks_as_in_a_browser_and_so_does_the_file_we_write(name, load, shown_by_chromium):
    rows = [row.tobytes() for row in scene()]
    data = corpus.png(176, 64, 8, 2, rows, *CHUNKS[name])
    image, shown = load(data), shown_by_chromium(data)
    assert np.abs(image - shown).max() <= 2
    again = encode(image.astype(np.uint8))
    assert np.abs(shown_by_chromium(again) - shown).max() <= 2


@pytest.mark.parametrize("name", ["nothing", "gamma 1", "gamma of sRGB, P3", "profile", "grey"])
def test_a_grey_png_looks_as_in_a_browser(name, load, shown_by_chromium):
    chunks = (CHUNKS | {"grey": [iccp(profiles.grey(1.8))]})[name]
    rows = [row[:, 0].tobytes() for row in scene()]
    data = corpus.png(176, 64, 8, 0, rows, *chunks)
    assert np.abs(load(data) - shown_by_chromium(data)).max() <= 2


@pytest.mark.parametrize("kind", ["WEBP", "JPEG", "AVIF"])
def test_other_kinds_look_as_in_a_browser(kind, load, shown_by_chromium):
    options = {"WEBP": {"lossless": True}}.get(kind, {"quality": 95, "subsampling": "4:4:4"})
    data = saved(Image.fromarray(scene()), kind, icc_profile=P3_PROFILE, **options)
    assert np.abs(load(data) - shown_by_chromium(data, kind.lower())).mean() < 1


@pytest.mark.parametrize(("curve", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_colours_are_refused_in_words(curve, name, tmp_path):
    rows = [row.tobytes() for row in scene()]
    (tmp_path / "a.png").write_bytes(corpus.png(176, 64, 8, 2, rows, cicp(9, curve, 0, 1)))
    avif = saved(Image.fromarray(scene()), "AVIF")
    at = avif.index(b"colrnclx") + 8
    avif = avif[:at] + struct.pack(">HH", 9, curve) + avif[at + 4 :]
    (tmp_path / "a.avif").write_bytes(avif)
    for path in (tmp_path / "a.png", tmp_path / "a.avif"):
        with pytest.raises(ImageError, match=rf"holds HDR colours \({name}\), .*: "):
            load_image(path)


def test_an_avif_may_name_display_p3_by_number(load):
    data = saved(Image.fromarray(scene()), "AVIF", quality=90)
    plain = load(data)
    at = data.index(b"colrnclx") + 8
    data = data[:at] + struct.pack(">HH", 12, 13) + data[at + 4 :]
    assert np.abs(load(data) - wanted(P3_PROFILE, plain.astype(np.uint8))).max() <= 2
