"""What was measured, as Markdown tables; and the machine it was measured on."""

import importlib.metadata
import os
import platform
import statistics
import subprocess

import numpy as np
import threadpoolctl

PACKAGES = "numpy scikit-learn scipy opencv-python-headless faiss-cpu pillow imagequant deflate"


def table(head, rows):
    """Lines of a Markdown table with aligned columns."""
    rows = [list(map(str, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:], ""]


def seconds(value):
    return f"{1000 * value:.3g} ms" if value < 0.9995 else f"{float(f'{value:.3g}'):g} s"


def median(results, field):
    return statistics.median(getattr(result, field) for result in results)


def cells_table(measured, names, base, repeats, what):
    """One row a peer and one column a cell, of `what`: seconds, megabytes or error.

    measured[cell][name] is a list of Results, or a string that says why there are none.
    """
    head = ["", *(f"{cell.pixels / 1e6:.3g} MP, K = {cell.k}" for cell in measured)]
    rows = [
        [
            name,
            *(_entry(results[name], results[base], repeats, what) for results in measured.values()),
        ]
        for name in names
    ]
    return table(head, rows)


def _entry(results, base, repeats, what):
    if isinstance(results, str):
        return results
    value = median(results, what)
    if what == "megabytes":
        return f"{value:.0f} MB"
    if what == "error":
        return f"{value:.2f}"
    ratio = f", {value / median(base, what):.3g} x"
    runs = f", {len(results)} run{'s' * (len(results) > 1)}" if len(results) < repeats else ""
    return f"{seconds(value)}{ratio}{runs}"


def exponent(sizes, times):
    """The p of time ~ size**p, by least squares on the logarithms."""
    return np.polyfit(np.log(sizes), np.log(times), 1)[0]


def machine(*programs):
    """Describe machine, Python, packages and programs, a line each."""
    blas = next(info for info in threadpoolctl.threadpool_info() if info["user_api"] == "blas")
    lines = [
        f"- {os.cpu_count()} cores, {_processor()}, {platform.system()}",
        f"- Python {platform.python_version()}",
        f"- BLAS of numpy: {blas['internal_api']} {blas['version']}, {blas.get('architecture')}",
    ]
    for package in PACKAGES.split():
        try:
            lines.append(f"- {package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"- {package}: not installed")
    for name in filter(None, programs):
        said = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
        lines.append(f"- {os.path.basename(name)}: {said.splitlines()[0].split(' http')[0]}")
    return lines


def _processor():
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":")[1].strip()
    return platform.processor() or platform.machine()
