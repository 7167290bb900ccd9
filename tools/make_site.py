"""Write the lesson as a site to read, for any web host: `python lesson.py site FOLDER`.

It has a start page with the live lab, a page for each notebook with its stored outputs, the
glossary, the sample images and a page for teachers, which has the answers only with --answers.
With --lite there is JupyterLite too, and each notebook's page opens the notebook in it.
"""

import argparse
import base64
import hashlib
import html
import posixpath
import re
import shutil
import sys
from pathlib import Path
from string import Template

import nbformat
from latex2mathml.converter import convert as mathml
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML, markdown2html
from PIL import Image

import make_lite
from kmeans_lesson.images import load_image
from kmeans_lesson.live.page import page as live_page
from new_folder import fill

ROOT = Path(__file__).resolve().parent.parent
FRAME = Template((ROOT / "tools/site/page.html").read_text("utf-8"))
NOTEBOOKS = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
DOCUMENTS = {  # from the file in the lesson to the page of the site
    "README.md": "index.html",
    "GLOSSARY.md": "glossary.html",
    "data/README.md": "samples.html",
    "TEACHING.md": "teachers.html",
}
FILES = {name: f"{name}.txt" for name in ("CITATION.cff", "LICENSE", "LICENSE-CC-BY-4.0")}
FILES |= {f"data/{path.name}": f"data/{path.name}" for path in ROOT.glob("data/*.png")}
ON_THE_START_PAGE = ("The seven steps", "Two commands", "Licence")
ANSWERS = (  # what TEACHING.md tells only to those who teach
    r"(?ms)^### Answers to \*On your own\*$.*?(?=^## )",
    r"(?ms)^\*\*Answers\*\*$.*?(?=^## )",
)
NO_ANSWERS = "*The answers are in a copy of this site made with* `--answers`.\n\n"
# Pixels of height of the live labs; on a phone they scroll, so that the image stays in sight.
HEIGHTS = {
    "live_lab": 710,
    "live_start": 650,
    "live_steps": 720,
    "live_palette": 610,
    "live_compare": 660,
}
LAB = """\
<div class="lab" style="--height: {height}px">
<iframe src="{address}" title="live lab" loading="lazy"></iframe>
<p><a href="{address}">The live lab in a tab of its own</a></p>
</div>"""

OPEN = (
    '<p><a href="lite/lab/index.html?path=notebooks/{name}">Open this notebook to work in</a></p>\n'
)


class Site:
    """A site while it is written into a folder."""

    def __init__(self, folder, answers, lite=False):
        self.folder, self.answers, self.lite = folder, answers, lite
        self.titles = {name: title(name) for name in NOTEBOOKS}

    def write(self):
        """Write all of it."""
        (self.folder / "images").mkdir()
        (self.folder / "data").mkdir()
        for name, copy in FILES.items():
            shutil.copy(ROOT / name, self.folder / copy)
        shutil.copy(ROOT / "tools/site/style.css", self.folder)
        for name in NOTEBOOKS:
            self.notebook(name)
        for name in DOCUMENTS:
            self.document(name)
        if self.lite:
            make_lite.write(self.folder / "lite", NOTEBOOKS)

    def notebook(self, name):
        """Write the page of a notebook: its cells, but for the hidden ones.

        The first checks the kernel; others prepare what exercises are checked with.
        In the places of live labs stands the page's lab, where it can show the same.
        """
        notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
        notebook.cells = [c for c in notebook.cells if not c.metadata.get("jupyter")]
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown":
                cell.source = with_mathml(cell.source)
            for output in cell.get("outputs", []):
                if output.output_type == "execute_result":
                    output.output_type = "display_data"
            self.live(notebook.cells, number, name[:2])
        exporter = HTMLExporter(
            template_name="site",
            extra_template_basedirs=[str(ROOT / "tools")],
            anchor_link_text="#",
        )
        body, _ = exporter.from_notebook_node(notebook)
        if self.lite:
            body = OPEN.format(name=name) + body
        self.page(f"notebooks/{name}", page_of(name), self.titles[name], body)

    def live(self, cells, number, notebook):
        """Put the live lab of the page in the place of a notebook's, where it can show the same."""
        cell = cells[number]
        called = re.search(r"(?m)^(live_\w+)\((.*)\)$", cell.source)
        if cell.cell_type != "code" or not called:
            return
        lab, arguments = called.groups()
        if lab not in HEIGHTS or "=my_" in arguments or "=by_" in arguments:
            return  # its still image says where it moves
        before = "\n".join(c.source for c in cells[:number] if c.cell_type == "code")
        image = re.findall(r'(?m)^image = load_image\("\.\./data/(\w+)\.png"\)', before)
        k = re.search(r"k=(\d+)", arguments)
        address, image = (f"lab-{notebook}.html", image[-1]) if arguments else ("lab.html", None)
        cell.outputs[0].data["text/html"] = self.lab(address, lab, image, int(k[1]) if k else 16)

    def lab(self, address, lab, image=None, k=16):
        """Write a live lab to be framed by a page, and return the HTML that frames it."""
        pixels = load_image(ROOT / f"data/{image}.png") if image else None
        text = live_page(pixels, image, lab, k, alone=True)
        (self.folder / address).write_text(text, "utf-8", newline="\n")
        return LAB.format(height=HEIGHTS[lab], address=address)

    def document(self, name):
        """Write the page of a Markdown file."""
        text = (ROOT / name).read_text("utf-8")
        if name == "README.md":
            text = start_page(text)
        if name == "TEACHING.md" and not self.answers:
            for answers in ANSWERS:
                text = re.sub(answers, NO_ANSWERS, text)
        body = markdown2html(text)
        if name == "README.md":
            body = body.replace("LAB", self.lab("lab.html", "live_lab"), 1)
        self.page(name, DOCUMENTS[name], re.match("# (.*)", text)[1], body)

    def page(self, name, address, heading, body):
        """Write a page: what was made of a file of the lesson, within the frame."""
        body = re.sub(r'<img [^>]*src="([^"]*)"[^>]*>', lambda tag: self.image(tag, name), body)
        body = re.sub(r'(?<=href=")[^"]+', lambda link: self.link(link[0], name), body)
        body = re.sub(r"<table>", '<div class="table" tabindex="0"><table>', body)
        body = body.replace("</table>", "</table></div>")
        places = "\n".join(self.place(*place, address) for place in self.places())
        whole = heading if address == "index.html" else f"{heading} · K-means compresses an image"
        text = FRAME.substitute(title=html.escape(whole), places=places, body=body)
        (self.folder / address).write_text(text, "utf-8", newline="\n")

    def places(self):
        """Return what the navigation lists: addresses, numbers and titles."""
        yield "index.html", "", "Start"
        for name, heading in self.titles.items():
            yield page_of(name), name[:2], re.sub(r"^Step \d: |: seven calls$", "", heading)
        yield "glossary.html", "", "Glossary"
        yield "samples.html", "", "Sample images"
        yield "teachers.html", "", "For teachers"

    def place(self, address, number, heading, here):
        """Return one line of the navigation."""
        current = ' aria-current="page"' if address == here else ""
        number = f"<b>{number}</b> " if number else ""
        return f'<li><a href="{address}"{current}>{number}<span>{heading}</span></a></li>'

    def image(self, tag, name):
        """Return an image's tag with a file of its own, and its size, so that nothing moves."""
        tag, source = tag[0], tag[1]
        if source.startswith("data:"):
            data = base64.b64decode(source.partition(",")[2])
        else:
            data = (ROOT / posixpath.dirname(name) / source).read_bytes()
        address = f"images/{hashlib.sha256(data).hexdigest()[:16]}.png"
        (self.folder / address).write_bytes(data)
        with Image.open(self.folder / address) as image:
            width, height = image.size
        alt = re.search(r'alt="[^"]*"', tag)[0]
        shown = f"width: min(100%, {width}px, {80 * width / height:.1f}vh)"
        size = f'width="{width}" height="{height}" style="{shown}"'
        return f'<img {alt} {size} loading="lazy" src="{address}">'

    def link(self, link, name):
        """Return where a link of a file of the lesson leads in the site."""
        target, mark, part = link.partition("#")
        if re.match(r"https?:|lite/", link) or not target or (self.folder / target).exists():
            return link
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
        if target.startswith("notebooks/") and target[10:] in NOTEBOOKS:
            return page_of(target[10:]) + mark + part
        if target.endswith(".py"):
            return self.source(target)
        return {**DOCUMENTS, **FILES}[target] + mark + part

    def source(self, name):
        """Write the page of a module of the package, unless it is there; return its address."""
        address = name.removesuffix(".py").replace("/", "-") + ".html"
        if not (self.folder / address).exists():
            code = Highlight2HTML()((ROOT / name).read_text("utf-8"), language="python")
            self.page(name, address, name, f"<h1>{name}</h1>\n{code}")
        return address


def page_of(notebook):
    """Return the address of a notebook's page."""
    return notebook.replace(".ipynb", ".html")


def title(name):
    """Return the heading of a notebook."""
    first = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells[0]
    return re.match("# (.*)", first.source)[1]


def with_mathml(text):
    """Return Markdown with its formulas as MathML, which browsers draw by themselves."""
    text = re.sub(r"\$\$(.+?)\$\$", lambda found: mathml(found[1], display="block"), text)
    return re.sub(r"\$([^$\n]+)\$", lambda found: mathml(found[1]), text)


def start_page(readme):
    """Return the start page: the README's first lines, the live lab, and what a reader needs."""
    first, *sections = re.split(r"(?m)^## ", readme)
    intro = first.partition("\n![")[0]
    kept = [s for s in sections if s.partition("\n")[0] in ON_THE_START_PAGE]
    return f"{intro}\n## Play with it\n\nLAB\n\n" + "".join("## " + section for section in kept)


def main(words):
    """Write the site that the words of the command line ask for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python lesson.py site", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a new or empty folder")
    parser.add_argument("--answers", action="store_true", help="with the answers for teachers")
    parser.add_argument("--lite", action="store_true", help="with JupyterLite, to work in")
    asked = parser.parse_args(words)
    try:
        fill(asked.folder, lambda folder: Site(folder, asked.answers, asked.lite).write())
    except (OSError, ValueError) as error:
        print(f"No site was written: {error}", file=sys.stderr)
        return 1
    print(f"{asked.folder} is ready: open its index.html, or put the folder on any web server.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
