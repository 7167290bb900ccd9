"""Make the sample images of the lesson: python data/make_samples.py [NAME ...]

Each image is one function with a fixed seed. All of them need numpy and Pillow only, but for
`marbles`, which is path-traced with Mitsuba 3 (see README.md beside this file).
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 427, 640
FINE = 4  # flat shapes are drawn this many times finer, then averaged: anti-aliased edges


def main(names):
    """Write the named images, or all of them, beside this file."""
    for name in names or SAMPLES:
        if name not in SAMPLES:
            sys.exit(f"no sample is called {name!r}; there are: {', '.join(SAMPLES)}")
        image = SAMPLES[name]()
        path = Path(__file__).with_name(f"{name}.png")
        Image.fromarray(image).save(path, optimize=True)
        print(f"{path.name}: {image.shape[1]} x {image.shape[0]}, {path.stat().st_size:,} bytes")


def to_bytes(image):
    """Round an image with values from 0 to 255 to uint8."""
    return np.rint(np.clip(image, 0, 255)).astype(np.uint8)


# --- tiny: K-means by hand ------------------------------------------------------------------


def tiny():
    """An evening sky of 4 x 4 pixels; with K = 2 every mean is a whole number."""
    night, blue, sky = (10, 0, 30), (30, 110, 170), (130, 140, 210)
    sun, orange, red = (250, 210, 80), (250, 130, 60), (170, 90, 70)
    rows = [
        [night, blue, blue, night],
        [blue, sky, sky, blue],
        [sun, sun, sun, orange],
        [red, orange, orange, red],
    ]
    return np.array(rows, dtype=np.uint8)


# --- sunset: smooth colours ------------------------------------------------------------------


def sunset(seed=5):
    """A low sun over the sea: no edge in the sky, so every step of a small palette shows."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    horizon, sun_x, sun_y = 285, 410, 246

    depth = np.clip((y - horizon) / (HEIGHT - horizon), 0, 1)
    image = sky(np.where(y < horizon, (horizon - y) / horizon, 0.75 * depth))
    distance = np.hypot(x - sun_x, y - sun_y)
    for reach, strength, colour in [
        (300, 0.35, (255, 150, 96)),
        (120, 0.50, (255, 200, 120)),
        (46, 0.60, (255, 236, 180)),
    ]:
        image = blend(image, colour, strength * np.exp(-((distance / reach) ** 2)))
    image = blend(image, (255, 248, 228), np.clip(27 - distance, 0, 1))

    # the sea mirrors the sky, darker, with a path of light that waves break up
    wave = np.sin(45 / (depth + 0.16) + 2.5 * np.sin(x / 41 + 7 * depth) + np.sin(x / 97))
    path = np.exp(-(((x - sun_x) / (26 + 70 * depth)) ** 2)) * (0.62 + 0.38 * wave * depth**0.3)
    sea = image * [0.80, 0.66, 0.82] * (1 - 0.35 * depth + 0.05 * wave * depth)[..., None]
    sea = blend(sea, (255, 214, 150), path * (0.85 - 0.5 * depth))
    image = blend(image, sea, np.clip(y - horizon + 0.5, 0, 1))

    hills = [(36, 250, (160, 84, 112)), (48, 150, (104, 58, 104)), (62, 70, (56, 38, 80))]
    for height, reach, colour in hills:
        ridge = sum(np.sin(x * f + rng.uniform(0, 6)) / f for f in (0.011, 0.023, 0.047, 0.11))
        left = height * (0.9 + 0.004 * ridge) / (1 + np.exp((x - reach) / 38))
        right = 0.55 * height * (0.9 - 0.004 * ridge) / (1 + np.exp((WIDTH - 40 - x) / 30))
        image = blend(image, colour, np.clip(left + right - np.abs(y - horizon), 0, 1))
    return to_bytes(image)


def sky(elevation):
    """The colour of an evening sky at elevations from 0 (horizon) to 1, without any kink."""
    at = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    colours = [(255, 172, 86), (232, 106, 96), (152, 72, 126), (78, 58, 128), (26, 34, 88)]
    weights = np.exp(-(((elevation[..., None] - at) / 0.2) ** 2))
    return weights @ np.array(colours) / weights.sum(axis=-1, keepdims=True)


def blend(image, colour, share):
    """Lay `colour` over `image` where `share` is 1, mix in between."""
    return image + share[..., None] * (np.asarray(colour) - image)


# --- confetti: many small colours on a calm ground ----------------------------------------------


SCRAPS = [
    (230, 0, 38), (255, 106, 0), (255, 214, 0), (120, 200, 0), (0, 140, 60), (0, 190, 170),
    (0, 150, 240), (10, 50, 200), (110, 20, 190), (220, 0, 200), (255, 20, 120), (90, 40, 10),
]  # fmt: skip


def confetti(seed=3):
    """Saturated scraps of twelve colours on a wide pastel sweep."""
    rng = np.random.default_rng(seed)
    y, x = fine_grid(HEIGHT, WIDTH)
    top = blend(np.array([255, 236, 214]), [252, 190, 190], x / WIDTH)
    bottom = blend(np.array([196, 226, 240]), [150, 150, 206], x / WIDTH)
    canvas = blend(top, bottom, y / HEIGHT)
    for i in range(240):
        cx, cy, angle = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(0, np.pi)
        size = rng.uniform(3.2, 5.0)
        rows, columns = window(cy, 12, HEIGHT), window(cx, 12, WIDTH)
        right, down = x[:, columns] - cx, y[rows] - cy
        u = right * np.cos(angle) + down * np.sin(angle)
        v = down * np.cos(angle) - right * np.sin(angle)
        shapes = [
            np.hypot(u, v) < size,  # a dot
            (np.abs(u) < 1.4 * size) & (np.abs(v) < 0.6 * size),  # a strip
            (v > -0.7 * size) & (np.abs(u) < 0.7 * (size - v)),  # a triangle
        ]
        canvas[rows, columns][shapes[i // 12 % 3]] = SCRAPS[i % 12]
    return to_bytes(average(canvas))


def window(centre, reach, size):
    """The slice of a fine axis of `size` pixels that is at most `reach` pixels from `centre`."""
    start, stop = np.clip([centre - reach, centre + reach], 0, size)
    return slice(int(start * FINE), int(stop * FINE))


def fine_grid(height, width):
    """Row positions (a column) and column positions (a row) of FINE x FINE points a pixel."""
    y, x = np.ogrid[0 : height * FINE, 0 : width * FINE]
    return (y + 0.5) / FINE, (x + 0.5) / FINE


def average(canvas):
    """The mean of the FINE x FINE points of every pixel."""
    height, width = canvas.shape[0] // FINE, canvas.shape[1] // FINE
    return canvas.reshape(height, FINE, width, FINE, 3).mean(axis=(1, 3))


# --- poster: flat colours -----------------------------------------------------------------------


def poster():
    """Three hot-air balloons over hills, in flat colours."""
    height, width = 640, 427
    cream, sand, sun = (250, 238, 212), (244, 214, 160), (246, 178, 76)
    coral, brick, navy = (228, 92, 62), (160, 40, 48), (24, 44, 84)
    teal, mint, pine = (30, 128, 136), (128, 190, 172), (16, 84, 96)
    y, x = fine_grid(height, width)
    canvas = np.empty((y.size, x.size, 3), dtype=np.uint8)
    canvas[:] = cream
    for radius, colour in [(190, (248, 228, 190)), (150, sand), (108, sun)]:
        canvas[np.hypot(x - 270, y - 300) < radius] = colour
    for base, swell, length, shift, colour in [
        (436, 34, 92, 0.6, mint), (484, 30, 74, 2.4, teal), (540, 22, 88, 4.6, pine),
        (594, 14, 66, 0.4, navy),
    ]:  # fmt: skip
        ridge = base + swell * np.sin(x / length + shift) + 0.3 * swell * np.sin(2.3 * x / length)
        canvas[y > ridge] = colour
    balloon(canvas, y, x, 150, 196, 98, [coral, cream, brick], navy)
    balloon(canvas, y, x, 330, 116, 48, [teal, sun], pine)
    balloon(canvas, y, x, 322, 400, 34, [cream, navy], brick)
    return to_bytes(average(canvas))


def balloon(canvas, y, x, cx, cy, radius, colours, basket):
    """Paint a striped balloon around (cx, cy); `colours` repeat over its seven stripes."""
    rows = window(cy, 2 * radius, canvas.shape[0] // FINE)
    columns = window(cx, radius, canvas.shape[1] // FINE)
    u, v = (x[:, columns] - cx) / radius, (y[rows] - cy) / radius
    canvas = canvas[rows, columns]
    # a circle that runs out along its tangents at v = 0.6
    half = np.where(v < 0.6, np.sqrt(np.clip(1 - v * v, 0, 1)), 0.8 - 0.75 * (v - 0.6))
    inside = (np.abs(u) < half) & (v > -1) & (v < 1.45)
    stripe = np.arcsin(np.clip(u / np.maximum(half, 1e-9), -1, 1)) / np.pi + 0.5
    stripe = np.minimum((stripe * 7).astype(int), 6)
    canvas[inside] = np.array(colours)[np.abs(stripe - 3) % len(colours)][inside]
    ropes = (np.abs(np.abs(u) - 0.11) < 0.012) & (v >= 1.45) & (v < 1.7)
    canvas[ropes | ((np.abs(u) < 0.15) & (v >= 1.66) & (v < 1.88))] = basket


# --- marbles: a photo-like still life, path-traced -----------------------------------------------


def marbles(seed=0, passes=400, samples=4):
    """Glass, metal and plastic marbles on a wooden table, in the light of a window."""
    import mitsuba as mi  # not a dependency of the project: see README.md

    mi.set_variant("scalar_rgb")
    scene = mi.load_dict(marbles_scene(mi))
    light = 0
    for i in range(passes):  # cut off the rare extreme samples before they can leave white specks
        one = np.array(mi.render(scene, spp=samples, seed=seed * passes + i))
        light = light + np.minimum(one, 4) / passes
    return to_bytes(255 * film(1.12 * light))


def film(light):
    """Linear light to sRGB values from 0 to 1, through a film-like curve (Narkowicz 2015)."""
    tone = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)
    tone = np.clip(tone, 0, 1)
    return np.where(tone < 0.0031308, 12.92 * tone, 1.055 * tone ** (1 / 2.4) - 0.055)


def marbles_scene(mi):
    """The scene as Mitsuba's dictionary: lengths in marble radii, z up, camera in front (y < 0)."""
    at = mi.ScalarTransform4f()

    def rgb(*colour):
        return {"type": "rgb", "value": list(colour)}

    def texture(values):
        bitmap = mi.Bitmap(values.astype(np.float32))
        return {"type": "bitmap", "bitmap": bitmap, "raw": True}

    def plastic(colour):
        return {"type": "plastic", "diffuse_reflectance": colour, "nonlinear": True}

    def swirled(seed, *colours):
        return plastic(texture(swirl(colours, seed)))

    def glass(*colour):
        return {"type": "dielectric", "int_ior": 1.5, "specular_transmittance": rgb(*colour)}

    def metal(name, roughness):
        return {"type": "roughconductor", "material": name, "alpha": roughness}

    def lamp(to_world, radiance):
        light = {"type": "area", "radiance": radiance}
        black = {"type": "diffuse", "reflectance": rgb(0, 0, 0)}
        return {"type": "rectangle", "to_world": to_world, "bsdf": black, "emitter": light}

    wooden = {"type": "roughplastic", "alpha": 0.18, "nonlinear": True}
    wooden["diffuse_reflectance"] = texture(wood())
    view = at.look_at([0, -8.9, 2.75], [0.05, 0.15, 0.80], [0, 0, 1])
    window = at.look_at([-5.5, -3.5, 7], [0, 0, 0.5], [0, 0, 1]).scale(2.1)
    side = at.look_at([7, 3.5, 4.5], [0, 0, 0.5], [0, 0, 1]).scale([1.2, 2, 1])
    back = at.translate([0, 9, 6]).rotate([1, 0, 0], 90).scale([9, 6, 1])
    scene = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 14},
        "camera": {
            "type": "thinlens",
            "fov": 33,
            "aperture_radius": 0.11,
            "focus_distance": 9,
            "to_world": view,
            "film": {"type": "hdrfilm", "width": WIDTH, "height": HEIGHT},
            "sampler": {"type": "independent"},
        },
        "table": {
            "type": "rectangle",
            "to_world": at.translate([0, 1, 0]).rotate([0, 0, 1], 12).scale([14, 14, 1]),
            "bsdf": wooden,
        },
        "room": {
            "type": "envmap",
            "bitmap": mi.Bitmap(room().astype(np.float32)),
            "to_world": at.rotate([1, 0, 0], 90),
        },
        "window": lamp(window, texture(window_panes())),
        "side": lamp(side, rgb(11, 7.5, 4.4)),
        "back": lamp(back, texture(evening_lamps())),
    }
    red, orange, cream = (0.75, 0.03, 0.03), (0.80, 0.30, 0.03), (0.85, 0.80, 0.70)
    spheres = [  # x, y, radius, material
        (-0.15, 0.75, 1.00, swirled(5, red, cream, red, orange)),
        (-1.93, 0.35, 0.76, metal("Au", 0.08)),
        (1.55, 0.45, 0.72, glass(0.42, 0.82, 0.98)),
        (-0.95, -0.95, 0.55, glass(0.48, 0.95, 0.40)),
        (0.45, -1.05, 0.48, plastic(rgb(0.85, 0.52, 0.02))),
        (1.45, -1.15, 0.42, swirled(8, (0.03, 0.10, 0.50), (0.75, 0.80, 0.85), (0.05, 0.30, 0.60))),
        (-2.15, -1.15, 0.45, plastic(rgb(0.30, 0.04, 0.42))),
        (2.75, -0.35, 0.55, plastic(rgb(0.03, 0.33, 0.16))),
        (-3.15, 1.95, 0.65, plastic(rgb(0.02, 0.22, 0.42))),
        (0.95, 2.40, 0.75, metal("Ag", 0.03)),
        (2.90, 1.90, 0.80, plastic(rgb(0.75, 0.16, 0.03))),
        (-1.90, 2.60, 0.70, swirled(11, (0.75, 0.75, 0.70), (0.10, 0.45, 0.40))),
        (-0.25, -1.95, 0.30, metal("Cu", 0.06)),
        (1.98, -1.85, 0.27, glass(0.98, 0.45, 0.55)),
        (-1.45, -1.95, 0.25, plastic(rgb(0.80, 0.25, 0.35))),
    ]
    for i, (x, y, radius, material) in enumerate(spheres):
        turn = at.translate([x, y, radius]).rotate([0, 0, 1], 37 * i + 20)
        to_world = turn.rotate([1, 0, 0], 29 * i).scale(radius)
        scene[f"marble_{i}"] = {"type": "sphere", "to_world": to_world, "bsdf": material}
    return scene


def swirl(colours, seed):
    """Wavy bands of colour for a marble; rows are latitudes, columns longitudes."""
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:1:512j, 0:1:1024j]
    wave = sum(
        rng.normal(0, 0.12 / f)
        * np.sin(2 * np.pi * (f * u + rng.uniform()) + rng.uniform(2, 5) * np.pi * v)
        for f in (1, 1, 2, 3)
    )
    band = (2.2 * v + 1.5 * wave) % 1 * len(colours)
    here = band.astype(int) % len(colours)
    mix = np.clip((band % 1 - 0.5) / 0.12 + 0.5, 0, 1)
    smooth = mix * mix * (3 - 2 * mix)
    return blend(np.array(colours)[here], np.roll(colours, -1, axis=0)[here], smooth)


def wood(seed=3, size=1536, planks=8):
    """Planks with rings and fine grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    plank = np.minimum((y * planks).astype(int), planks - 1)
    inside = y * planks % 1
    shift, tone = rng.uniform(0, 10, planks)[plank], rng.uniform(0.8, 1.12, planks)[plank]
    bend = sum(
        rng.normal(0, 0.12 / f) * np.sin(2 * np.pi * (1.5 * f * x + rng.uniform()) + shift * f)
        for f in (1, 2, 3, 5)
    )
    ring = 14 * np.hypot(inside - 0.5 + 0.5 * bend, 0.15 + 0.2 * np.sin(3 * x + shift)) + shift
    rings = 1 - (0.5 + 0.5 * np.sin(2 * np.pi * ring)) ** 2
    grain = np.repeat(rng.normal(size=(size, size // 32)), 32, axis=1)
    gap = np.clip(np.minimum(inside, 1 - inside) / 0.012, 0, 1)
    light = (0.72 + 0.28 * rings + 0.05 * grain) * tone * (0.35 + 0.65 * gap)
    dark_wood = np.broadcast_to([0.30, 0.12, 0.04], (size, size, 3))
    return np.clip(blend(dark_wood, [0.62, 0.36, 0.17], np.clip(light, 0, 1.1)), 0.01, 1)


def window_panes():
    """The light of four window panes between dark bars."""
    y, x = np.abs(np.mgrid[-1:1:64j, -1:1:64j])
    return (np.minimum(x, y) > 0.08)[..., None] * np.array([19, 18, 16.5])


def evening_lamps(seed=1):
    """A dark blue room behind the table, with lamps far out of focus."""
    rng = np.random.default_rng(seed)
    z, x = np.mgrid[0:12:384j, -9:9:576j]
    glow = np.exp(-((z / 2.2) ** 1.5) - ((x - 1) / 6) ** 2)
    light = blend(np.broadcast_to([0.008, 0.035, 0.075], (*x.shape, 3)), [0.085, 0.055, 0.1], glow)
    colours = np.array([(1, 0.36, 0.04), (1, 0.50, 0.10), (0.05, 0.50, 0.60)])
    for i in range(34):
        cx, cz, radius = rng.uniform(-8, 8), rng.uniform(0.35, 3), rng.uniform(0.2, 0.48)
        distance = np.hypot(x - cx, z - cz) / radius
        disc = np.clip((1 - distance) / 0.07, 0, 1) * (0.75 + 0.25 * distance**4)
        light = light + disc[..., None] * colours[i % 3] * rng.uniform(0.08, 0.4)
    return light


def room():
    """What the metals mirror: three bright walls, a pale ceiling, a dark floor."""
    up, turn = (a[..., None] for a in np.mgrid[1:-1:64j, -np.pi : np.pi : 128j])
    walls = (0.5 + 0.5 * np.cos(3 * turn + 0.9)) ** 3 * np.exp(-(((up - 0.35) / 0.3) ** 2))
    ceiling = np.clip(up, 0, 1) ** 2
    light = [0.10, 0.12, 0.17] + walls * [1.5, 1.15, 0.8] + ceiling * [0.25, 0.27, 0.3]
    return np.where(up < -0.05, [0.10, 0.06, 0.03], light)


SAMPLES = {f.__name__: f for f in (marbles, sunset, confetti, poster, tiny)}

if __name__ == "__main__":
    main(sys.argv[1:])
