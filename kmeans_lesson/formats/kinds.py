"""Kinds of files: how each begins that is taken for an image, and what to say of it."""

import re

CONVERT = "open it in another program and save it as JPEG or PNG"
CHOOSE = "not an image: choose an image instead, such as a JPEG or PNG file"
SHRINK = "make it smaller in another program"
AGAIN = "copy or download it again"
UNKNOWN = f"is not an image of a kind that can be read here: {CONVERT}"
DAMAGED = f"is damaged, cut short or of a rare kind: {AGAIN}, or save it as PNG in another program"
RAW_PHOTO = f"is a camera's raw photo: {CONVERT}"

# How files begin that people take for images, and what to say of each; the first that fits counts.
KINDS = [
    (rb"\0*\Z", f"is empty, or holds nothing but zeros: {AGAIN}"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", f"is a JPEG XL image: {CONVERT}"),
    (rb"II\*\0.{4}CR|II(RO|RS|U\0)|MMOR|FUJIFILM|FOVb|II.{4}HEAP|\0MRM|.{4}ftypcrx", RAW_PHOTO),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP|BM.{4}\0{4}|P[1-7]\s|II[*+]\0|MM\0[*+]", DAMAGED),
    (rb".{4}ftyp.{,28}?avi[fs]", DAMAGED),
    (rb".{4}ftyp.{,28}?(hei|hev|mif1)", f"is a HEIC photo, as an iPhone takes them: {CONVERT}"),
    (rb"%PDF|%!PS|\xc5\xd0\xd3\xc6", f"is a PDF or PostScript document: {CONVERT}"),
    (rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF", f"is a Windows drawing (WMF or EMF): {CONVERT}"),
    (rb"(<(\?xml|!--|!DOCTYPE svg).*)?<svg", f"is an SVG drawing, not made of pixels: {CONVERT}"),
    (rb"(?i:<(!doctype html|html|head|body|!--))", f"is a web page, {CHOOSE}"),
    (rb"\x93NUMPY|PK\x03\x04", f"is numpy data or a zip archive, {CHOOSE}"),
    (rb"\x1f\x8b|BZh|7z\xbc\xaf|Rar!|\xfd7zXZ", f"is an archive, {CHOOSE}"),
    (rb".{128}DICM|SIMPLE  =|\x89HDF|GRIB|BUFR", f"holds DICOM or other measurements, {CHOOSE}"),
    (rb".{4}(ftyp|moov|mdat)|RIFF.{4}AVI |\x1aE\xdf\xa3|\0\0\1[\xb3\xba]", f"is a video, {CHOOSE}"),
    (rb"ID3|OggS|fLaC|RIFF.{4}WAVE", f"is a sound, {CHOOSE}"),
    (rb"[^\0-\x08\x0e-\x1a\x1c-\x1f]*\Z", f"is a text, {CHOOSE}"),
]


class ImageError(ValueError):
    """A file that cannot be read as an image, or cannot be written."""


def describe(head, otherwise):
    """Say what a file is, from its first bytes, and what to do; `otherwise` if that is unknown."""
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    fitting = (words for start, words in KINDS if re.match(start, head, re.DOTALL))
    return next(fitting, otherwise)
