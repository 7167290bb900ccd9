"""The engine: what makes `kmeans` fast. It gives what `kmeans.py` gives, bit for bit."""
