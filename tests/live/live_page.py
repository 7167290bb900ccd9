"""JupyterLab with the live lab in Chromium: started, and moved as a user moves it."""

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync"]
ARGUMENTS += ["disable-background-networking", "disable-component-update"]
SIZE = {"width": 1280, "height": 720}  # of a projector
PATIENCE = 300  # seconds until something counts as not happening, on however busy a machine
TOKEN = ["--allow-root", "--ip=127.0.0.1", "--IdentityProvider.token=secret"]
SUBSHELLS = "lab/user-settings/@jupyterlab/apputils-extension/kernels-settings.jupyterlab-settings"


@contextmanager
def jupyterlab(folder):
    """Run JupyterLab in a folder, with no settings but those installed, and give its address."""
    options = ["--ServerApp.port_retries=0", "--LabApp.expose_app_in_browser=True", *TOKEN]
    with served("jupyterlab", folder, options) as address:
        yield address


@contextmanager
def served(program, folder, options, more=()):
    """Run a program of Jupyter in a folder, with more of an environment, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", program, "--no-browser", f"--port={port}", *options]
    with (folder / f"{program}.txt").open("w") as log:
        environment = {**os.environ, **own, "PYTHONPATH": str(ROOT), **dict(more)}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            until(lambda: listens(port), f"{program} starts")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def listens(port):
    """Tell whether somebody listens to a port."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def use_subshells(folder, when):
    """Set whether JupyterLab sends widget messages through subshells of the kernel."""
    settings = folder / "CONFIG" / SUBSHELLS
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f'{{"commsOverSubshells": "{when}"}}')


def until(condition, what):
    """Wait until something happens."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"did not happen: {what}"
        time.sleep(0.05)


@contextmanager
def chromium():
    """Run the browser."""
    with sync_playwright() as playwright:
        arguments = [f"--{name}" for name in ARGUMENTS]
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=arguments, timeout=1000 * PATIENCE
        )
        yield browser
        browser.close()


class Notebook:
    """A notebook in the browser, and what the page complained about."""

    def __init__(self, browser, address, notebook):
        self.page = browser.new_page(viewport=SIZE)
        self.page.set_default_timeout(1000 * PATIENCE)
        self.complaints, self.fetched = [], []
        self.page.on("pageerror", self.overhear)
        self.page.on("console", self.listen)
        self.page.on("request", lambda request: self.fetched.append(request.url))
        self.page.goto(self.url(address, notebook))
        kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        self.page.wait_for_function(f"{kernel}?.status === 'idle'")

    def url(self, address, notebook):
        workspace = f"{address}/lab/workspaces/test{time.monotonic_ns()}"
        return f"{workspace}/tree/{notebook}?token=secret&reset"

    def overhear(self, error):
        """Note an error, but for one of JupyterLab itself after a notebook was covered."""
        places = re.findall(r"(?m)^ +at .*", error.stack or "")
        its_own = places and all("/static/lab/jlab_core" in place for place in places)
        if not (its_own and "removeChild" in str(error)):
            self.complaints.append(error.stack or str(error))

    def listen(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def command(self, name, **options):
        run = "async ([name, options]) => { await jupyterapp.commands.execute(name, options); }"
        self.page.evaluate(run, [name, options])

    def run(self, cell):
        """Run one cell, by its number."""
        self.page.evaluate(f"jupyterapp.shell.currentWidget.content.activeCellIndex = {cell}")
        self.command("notebook:run-cell")

    def close(self):
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()


class Lab(Notebook):
    """A notebook, run, and the first live widget in it: `.lab`."""

    def __init__(self, browser, address, notebook, ready=".kmeans-numbers dd"):
        super().__init__(browser, address, notebook)
        self.command("notebook:run-all-cells")
        self.page.wait_for_selector(ready)
        self.lab = self.page.locator(".kmeans-lab").first
        self.slider(0).focus()  # scrolls to it, and JupyterLab shows what is in view
        until(lambda: all(self.lab.locator(ready).all_inner_texts()), "the lab is in view")

    def slider(self, number):
        return self.lab.locator("[role=slider]").nth(number)

    def value(self, number):
        return int(self.slider(number).get_attribute("aria-valuetext"))

    def press(self, number, key, times=1):
        self.slider(number).focus()
        for _ in range(times):
            self.slider(number).press(key)

    def button(self, name):
        return self.lab.get_by_role("button", name=name)

    def numbers(self):
        return self.lab.locator(".kmeans-numbers dd").all_inner_texts()

    def message(self):
        return self.lab.locator(".kmeans-message").inner_text()

    def record(self, part, attribute):
        """Record from now on every value of an attribute of a part; what is returned tells them."""
        start = """(part, attribute) => {
            part.recorded = [];
            const note = () => part.recorded.push(part.getAttribute(attribute));
            new MutationObserver(note).observe(part, { attributeFilter: [attribute] });
        }"""
        part.evaluate(start, attribute)
        return lambda: part.evaluate("part => part.recorded")

    def canvas(self, number):
        """Read the pixels of a canvas, (H, W, 4): 0 the original, 1 the compressed, 2 the cloud."""
        height, width, data = (
            self.lab.locator("canvas")
            .nth(number)
            .evaluate("""canvas => {
            const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let text = "";
            for (const byte of image.data) text += String.fromCharCode(byte);
            return [image.height, image.width, btoa(text)];
        }""")
        )
        return np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
