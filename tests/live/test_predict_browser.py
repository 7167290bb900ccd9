"""Predictions in a real browser: clicked, typed and touched; the answer comes after the result."""

import os
from pathlib import Path

import axe_core_python
import nbformat
import pytest
from live_page import CHROMIUM, SIZE, Notebook, until

from kmeans_lesson.checks.predictions import questions

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
ASKED = ["02-row", "02-view", "02-shuffle", "04-blue", "04-argmin"]

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "PREDICTIONS ARE NOT TESTED IN A BROWSER: there is no Chromium on this computer. "
        "On Debian and Ubuntu `apt install chromium` adds it.",
        allow_module_level=True,
    )


class Asking(Notebook):
    """A notebook with a section for each question, and the tally in the end."""

    def ask(self, name):
        """Run the cell that asks a question, and return the question on the page."""
        self.run(3 * ASKED.index(name) + 2)
        found = self.page.get_by_role(
            "group", name=f"Predict: {plain(questions.find(name).question)}", exact=True
        )
        found.wait_for()
        return found

    def see(self, name):
        """Run the cell with the result of a question."""
        self.run(3 * ASKED.index(name) + 3)

    def tally(self):
        """Run the cell of the tally, and return its output."""
        self.run(3 * len(ASKED) + 1)
        return self.page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")


def plain(text):
    return text.replace("`", "")


def says(question, sentence):
    """Wait until a question says this sentence under its choices."""
    told = question.get_by_role("status")
    until(lambda: told.inner_text() == plain(sentence), sentence)


def wrong(name):
    question = questions.find(name)
    return next(letter for letter in question.choices if letter != question.right)


@pytest.fixture(scope="module")
def opened(browser, server, folder):
    code, markdown = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [code("from kmeans_lesson.checks import predict")]
    for name in ASKED:
        section = markdown(f"## {questions.find(name).section}\n\n{' .' * 900}")
        cells += [section, code(f'predict("{name}")'), code("print('the result')")]
    notebook = nbformat.v4.new_notebook(cells=[*cells, code("predict.score()")])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "predict.ipynb")
    page = Asking(browser, server, "predict.ipynb")
    page.command("application:toggle-left-area")
    page.run(0)
    yield page
    page.close()


@pytest.fixture
def page(opened):
    opened.page.set_viewport_size(SIZE)
    yield opened
    assert opened.complaints == []


def test_the_answer_comes_after_choice_and_result_and_the_first_choice_counts(page):
    question = page.ask("04-blue")
    asked = questions.find("04-blue")
    button = {choice: question.locator(f"[value={choice}]") for choice in asked.choices}
    first = wrong("04-blue")
    button[first].click()
    says(question, f"You chose {first}. Now run the cell below; then the answer is here.")
    assert button[first].get_attribute("aria-pressed") == "true"
    assert plain(asked.reason) not in page.page.content()
    page.see("04-blue")
    says(question, asked.answer(first))
    button[asked.right].click()
    says(question, f"{asked.answer(asked.right)} Your first choice counts, {first}.")
    assert f"04-blue: {first}, wrong" in page.tally().inner_text()


def test_it_is_answered_by_keyboard_and_the_notebook_around_it_stays(page):
    question = page.ask("02-view")
    asked = questions.find("02-view")
    letters = list(asked.choices)
    question.get_by_role("button").first.focus()
    page.page.keyboard.press("Space")
    says(question, f"You chose {letters[0]}. Now run the cell below; then the answer is here.")
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    until(lambda: f"You chose {letters[1]}" in question.inner_text(), "the second is chosen")
    assert page.page.evaluate("jupyterapp.shell.currentWidget.content.mode") == "command"
    number = page.ask("02-row")
    number.get_by_label("your number").focus()
    page.page.keyboard.type("00dd")  # for a notebook: a new kernel, and a cell less
    page.page.keyboard.press("Enter")
    says(number, "choice must be a number, such as 12 or 2.5; got '00dd'")
    number.get_by_label("your number").fill("6")
    page.page.keyboard.press("Enter")
    until(lambda: "You chose 6." in number.inner_text(), "6 is chosen")
    page.see("02-row")
    says(number, questions.find("02-row").answer("6"))


def test_a_finger_answers_on_a_phone_and_nothing_scrolls_sideways(page):
    page.page.set_viewport_size({"width": 390, "height": 844})
    question = page.ask("02-shuffle")
    page.see("02-shuffle")
    button = question.get_by_role("button").last
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    session = page.page.context.new_cdp_session(page.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    at = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    says(question, questions.find("02-shuffle").answer(button.get_attribute("value")))
    assert box["height"] >= 40
    wide = question.evaluate("question => [question.scrollWidth, question.clientWidth]")
    assert wide[0] <= wide[1]


def test_the_tally_follows_a_later_choice(page):
    page.page.set_viewport_size({"width": 1280, "height": 6000})  # shows the whole notebook
    question, chosen = page.ask("04-argmin"), wrong("04-argmin")
    page.see("04-argmin")
    tally = page.tally()
    question.locator(f"[value={chosen}]").click()
    until(lambda: f"04-argmin: {chosen}, wrong" in tally.inner_text(), "the tally follows")


def test_the_tally_leads_back_to_what_went_wrong(page):
    number = page.ask(ASKED[0]).get_by_label("your number")
    number.fill("7")
    number.press("Enter")
    page.see(ASKED[0])
    section = questions.find(ASKED[0]).section
    page.tally().get_by_role("link", name=section).click()
    heading = page.page.get_by_role("heading", name=section)
    until(lambda: heading.count() and 0 <= heading.bounding_box()["y"] < 360, "it is in view")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_nothing_keeps_anyone_out(page, theme):
    page.command("apputils:change-theme", theme=theme)
    page.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    page.page.evaluate(AXE.read_text(encoding="utf-8"))
    for name in ("02-row", "04-blue"):
        page.ask(name).scroll_into_view_if_needed()
        found = page.page.evaluate("axe.run('.kmeans-question')")["violations"]
        serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
        assert [
            (rule["id"], node["html"][:200]) for rule in serious for node in rule["nodes"]
        ] == []
