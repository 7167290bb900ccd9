"""The page: the live lab in one HTML file, for any browser, with nothing installed.

page.js is the lab there, engine.js its K-means; they draw with the view.js of the notebooks.
"""

import base64
import hashlib
import json
import re
from pathlib import Path
from string import Template

import numpy as np
from PIL import Image

from kmeans_lesson import arguments
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.images import load_image
from kmeans_lesson.live import lab as labs

HERE = Path(__file__).parent
SIDE = 512  # pixels of the longer side of one's own photo, at most
LAB = ("view", "engine", "start", "photo", "page")  # modules, each after those that it imports
PACKER = ("deflate", "png")


def page(image=None, name="your image", lab="live_lab", k=16, alone=False):
    """Return a live lab as a page of its own: HTML that runs without a server or a network.

    Parameters
    ----------
    image : (H, W, 3) uint8, optional
        The image to begin with, before the samples. One of more than 640 pixels in a row or column
        is shrunk to 512.
    name : str
        What the image is called in the list of images.
    lab : "live_lab", "live_start", "live_steps", "live_palette" or "live_compare"
        Which controls and parts there are: those of the function of that name.
    k : int, from 1 to 64
        How many colours to begin with.
    alone : bool
        To be framed by another page: with no heading and, if there is an image, without samples.

    Raises
    ------
    ValueError
        If an argument is not as above; the sentence says which.
    """
    if lab not in labs.LABS:
        raise ValueError(f"lab must be one of {', '.join(labs.LABS)}; got {lab!r}")
    if arguments.integer("k", k, 1) > labs.MAX_K:
        raise ValueError(f"k must be an integer from 1 to {labs.MAX_K}; got {k}")
    images = {} if image is None else {name: _small(arguments.image("image", image))}
    if not (alone and images):
        files = labs.samples().items()
        images |= {n: load_image(file) for n, file in files if n not in (*images, "portrait")}
    about = {"iteration": labs.ITERATIONS, "halves": False} | labs.LABS[lab]
    about |= {"k": k, "most": labs.MAX_K, "iterations": labs.ITERATIONS, "side": SIDE}
    about |= {"questions": labs.QUESTIONS, "images": {n: _url(i) for n, i in images.items()}}
    style = "".join((HERE / file).read_text("utf-8") for file in ("../view.css", "page.css"))
    script, packer = bundle(LAB), bundle(PACKER)
    return Template((HERE / "page.html").read_text("utf-8")).substitute(
        policy=_policy(style, script),
        style=style,
        script=script,
        packer=packer,
        about=json.dumps(about).replace("<", "\\u003c"),
        header="hidden" if alone else "",
    )


def _small(image):
    """Shrink an image that is too large for the lab to one's own photo's size."""
    if max(image.shape[:2]) <= labs.SIDE:
        return image
    photo = Image.fromarray(image)
    photo.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
    return np.asarray(photo)


def _url(image):
    """Return an image as the address of a file that the page carries with it."""
    return "data:image/webp;base64," + base64.b64encode(encode(image, ".webp")).decode()


def bundle(names):
    """Put modules of JavaScript into one script: each becomes a constant of its name.

    A page that is opened from a disk may not import files.
    """
    return "".join(_module(name) for name in names)


def _module(name):
    path = HERE / f"{name}.js"
    text = (path if path.exists() else HERE.parent / path.name).read_text("utf-8")
    text = re.sub(r'(?m)^import (\{.*\}) from "[./]*(\w+)\.js";$', r"const \1 = \2_js;", text)
    text = re.sub(r"(?m)^export default .*\n", "", text)
    given = re.findall(r"(?m)^export (?:async )?(?:function|const) (\w+)", text)
    given += re.findall(r"(?m)^export \{ (.*) \};$", text)
    text = re.sub(r"(?m)^export \{ .*\n|^export (?=\w)", "", text)
    return f"const {name}_js = (() => {{\n{text}\nreturn {{ {', '.join(given)} }};\n}})();\n"


def _policy(style, script):
    """Allow this style and this script, files of the user's own, and nothing from elsewhere."""
    hashes = [hashlib.sha256(text.encode()).digest() for text in (style, script)]
    style, script = (f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data: blob:; "
        "worker-src blob:; base-uri 'none'; form-action 'none'"
    )
