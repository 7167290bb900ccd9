"""Colour spaces: what a file says its numbers mean, and the way from there to sRGB."""
