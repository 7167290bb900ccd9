"""Files: which kinds there are, from a file to an image and back, and replacing a file whole."""
