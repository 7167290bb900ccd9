"""The page in Chromium: opened from its file with the network off, and moved as a user moves it."""

import base64

import numpy as np
from live_page import PATIENCE, SIZE, until

from kmeans_lesson import init_centroids, kmeans, reconstruct, to_pixels
from kmeans_lesson.compare import mse, psnr

READ = """canvas => {
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let text = "";
    for (const byte of image.data) text += String.fromCharCode(byte);
    return [image.height, image.width, btoa(text)];
}"""
ITS_OWN = ("file:", "data:", "blob:")


class Page:
    """The page in a tab, with nothing but the file itself to be had."""

    def __init__(self, browser, file, **options):
        self.context = browser.new_context(**{"viewport": SIZE, "offline": True} | options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        self.complaints, self.fetched = [], []
        self.page.on("pageerror", lambda error: self.complaints.append(error.stack))
        self.page.on("console", self.listen)
        self.page.on("request", lambda request: self.fetched.append(request.url))
        self.page.goto(file.as_uri())
        until(lambda: self.numbers(), "the page is there")

    def listen(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def slider(self, name):
        return self.page.get_by_label(name, exact=False).and_(self.page.locator("[type=range]"))

    def set(self, name, value):
        """Move a slider by keyboard."""
        slider = self.slider(name)
        slider.focus()
        while (now := int(slider.input_value())) != value:
            slider.press("ArrowRight" if now < value else "ArrowLeft")

    def press(self, number, key):
        slider = self.page.locator("[type=range]").nth(number)
        slider.focus()
        slider.press(key)

    def button(self, name):
        return self.page.get_by_role("button", name=name)

    def numbers(self):
        return self.page.locator(".kmeans-numbers dd").all_inner_texts()

    def message(self):
        return self.page.locator(".kmeans-message").inner_text()

    def sources(self):
        return self.page.locator("select option").all_inner_texts()

    def pixels(self, part):
        """Read the pixels of a canvas, (H, W, 3), of the original, the compressed or the cloud."""
        height, width, text = self.page.locator(
            f"canvas[data-part={part}], [data-part={part}] canvas"
        ).evaluate("""canvas => {
            const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let text = "";
            for (const byte of image.data) text += String.fromCharCode(byte);
            return [image.height, image.width, btoa(text)];
        }""")
        pixels = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
        return pixels[..., :3]

    def shows(self, original, image, iteration):
        """Compare the compressed image and the numbers with what the package says of two images."""
        assert (self.pixels("compressed") == image).all()
        now, error, quality, _ = self.numbers()
        assert now == iteration
        assert abs(float(error) - mse(original, image)) < 1  # centroids are not rounded yet
        assert quality == f"{psnr(original, image):.1f}".replace("inf", "∞")

    def expect(self, k, seed, iteration):
        image = self.pixels("original")
        run = kmeans(to_pixels(image), init_centroids(to_pixels(image), k, seed), iteration)
        expected = reconstruct(run.labels, run.centroids, image.shape)
        self.shows(image, expected, str(iteration))

    def choose(self, *files):
        self.page.locator("input[type=file]").first.set_input_files(files)

    def give(self, event, name, data, kind="image/png"):
        """Paste or drop a file."""
        script = """([event, name, kind, text]) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: kind }));
            document.dispatchEvent(event === "paste"
                ? new ClipboardEvent(event, { clipboardData: transfer })
                : new DragEvent(event, { dataTransfer: transfer, cancelable: true }));
        }"""
        self.page.evaluate(script, [event, name, kind, base64.b64encode(data).decode()])

    def close(self):
        assert self.complaints == []
        assert [
            url for url in self.fetched if not url.startswith(("file:", "data:", "blob:"))
        ] == []
        self.context.close()
