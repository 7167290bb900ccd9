"""A lab that nothing shows any more gives back what it holds, in real kernels; all others live on.

The kernel is told of cells as JupyterLab tells it: each has an id, and running it again is a new
request with the same id.
"""

import ast
import json

import pytest
from jupyter_client.manager import start_new_kernel

PATIENCE = 300
RUNS = 6
SETUP = """
import contextlib, ctypes, gc, json, os, psutil
import ipywidgets.widgets.widget as w
from kmeans_lesson.live import live_lab, live_start, live_steps, live_palette, live_compare
from kmeans_lesson import load_image

tiny = load_image("data/tiny.png")

def change(lab):
    for k in (5, 6, 7):
        lab.k.value = k

def works(lab):
    before = lab.view.run
    lab.k.value = 2 + (lab.k.value == 2)
    return lab.box.comm is not None and lab.view.run is not before and lab.view.message == ""

def measure():
    gc.collect()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)  # what is free already is not kept by a lab
    return [len(w._instances), psutil.Process().memory_info().rss / 1e6]
"""


class Kernel:
    """A kernel and the cells that run in it."""

    def __init__(self, client):
        self.client = client
        self.run(SETUP, cell="setup")

    def run(self, code, cell=None, **content):
        """Run a cell and return the comm_close messages and the data that it showed."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": True,
            "stop_on_error": True,
        } | content
        session = self.client.session
        message = session.msg("execute_request", content)
        message["metadata"] = {"cellId": cell} if cell else {}
        self.client.shell_channel.send(message)
        closed, shown = [], []
        while True:
            answer = self.client.get_iopub_msg(timeout=PATIENCE)
            kind, content = answer["msg_type"], answer["content"]
            assert kind != "error", content
            if kind == "comm_close":
                closed.append(content["comm_id"])
            elif kind in ("execute_result", "display_data"):
                shown.append(content["data"])
            mine = answer["parent_header"].get("msg_id") == message["header"]["msg_id"]
            if mine and kind == "status" and content["execution_state"] == "idle":
                return closed, shown

    def ask(self, expression):
        """Return the value of an expression; it is shown by a cell of its own."""
        _, shown = self.run(f"print(end='')\njson.dumps({expression})", cell="asks")
        return json.loads(ast.literal_eval(shown[-1]["text/plain"]))


def model(data):
    """Return the id of the widget that is shown."""
    return data["application/vnd.jupyter.widget-view+json"]["model_id"]


@pytest.fixture(scope="module")
def client():
    manager, client = start_new_kernel(startup_timeout=PATIENCE)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(client):
    return Kernel(client)


@pytest.mark.parametrize(
    ("code", "cell"),
    [
        ("lab = live_lab()\nchange(lab)\nlab", "a"),
        ("lab = live_lab()\nchange(lab)\nlab", None),  # a frontend that does not name its cells
        ("live_steps(load_image('data/marbles.png'))", "b"),
        ("lab = live_lab()\nchange(lab)", "c"),  # shown by no cell
        (
            "lab = live_lab()\ndisplay(lab)\nlab.close()\ndel lab",
            "d",
        ),
        ("change(live_lab())", "e"),
    ],
)
def test_a_cell_that_is_run_again_and_again_keeps_no_more_than_after_three_runs(kernel, code, cell):
    for _ in range(3):
        kernel.run(code, cell)
    widgets, megabytes = kernel.ask("measure()")
    for _ in range(RUNS):  # each would keep 10 MB or more
        kernel.run(code, cell)
    after = kernel.ask("measure()")
    assert after[0] <= widgets
    assert after[1] < megabytes + 40


def test_a_cell_that_is_run_again_closes_the_lab_that_it_showed_before(kernel):
    _, (shown,) = kernel.run("live_start(tiny)", "again")
    closed, _ = kernel.run("live_start(tiny)", "again")
    assert model(shown) in closed
    closed, (shown,) = kernel.run("Out[max(Out) - 1]", "again")
    assert "closed" in shown["text/html"]


@pytest.mark.parametrize("cells", [("one", "two"), (None, None)])
def test_labs_of_different_cells_all_work(kernel, cells):
    for first, second in [("a", "b"), ("a", "b"), ("b", "a")]:
        kernel.run(f"{first} = live_start(tiny); display({first})", cells[0])
        kernel.run(f"{second} = live_start(tiny); display({second})", cells[1])
        assert kernel.ask("[works(a), works(b)]") == [True, True]


def test_a_cell_may_show_several_labs(kernel):
    code = "labs = [live_start(tiny), live_palette(tiny)]\nfor lab in labs: display(lab)"
    for _ in range(2):
        _, shown = kernel.run(code, "several")
        assert kernel.ask("[works(lab) for lab in labs]") == [True, True]
    closed, _ = kernel.run("live_start(tiny)", "several")
    assert {model(data) for data in shown} <= set(closed)


def test_a_lab_that_another_cell_shows_or_that_is_shown_again_is_not_closed(kernel):
    kernel.run("old = lab = live_start(tiny)", "makes")
    kernel.run("lab", "shows")
    kernel.run("lab", "shows too")
    kernel.run("lab", "shows")  # the same lab again
    assert kernel.ask("works(lab)")
    kernel.run("lab = live_start(tiny)", "makes")  # the old one is still to be seen
    assert kernel.ask("works(old)")
    kernel.run("lab", "shows")
    assert kernel.ask("[works(old), works(lab)]") == [True, True]
    kernel.run("lab", "shows too")
    assert kernel.ask("[old.box.comm is None, works(lab)]") == [True, True]


def test_a_lab_that_is_shown_lives_on_without_a_variable(kernel):
    kernel.run("lab = live_start(tiny)\nview = lab.view\nk = lab.k\ndisplay(lab)\ndel lab", "free")
    kernel.run("Out.clear(); gc.collect(); before = view.run; k.value = 3", "other")
    assert kernel.ask("[k.comm is not None, view.run is not before]") == [True, True]


def test_where_a_notebook_runs_once_from_top_to_bottom_every_lab_works(kernel):
    kernel.run("labs = []")
    for _ in range(2):  # two cells with the same code, and no ids
        kernel.run("labs.append(live_start(tiny))\ndisplay(labs[-1])", allow_stdin=False)
    assert kernel.ask("[works(lab) for lab in labs]") == [True, True]


def test_a_closed_lab_takes_no_more_part(kernel):
    _, (shown,) = kernel.run("lab = live_start(tiny)\nlab", "closing")
    closed, _ = kernel.run("lab.close(); lab.k.value = 3", "closes")
    assert model(shown) in closed
    _, (shown,) = kernel.run("lab", "closing")
    assert "closed" in shown["text/html"]
