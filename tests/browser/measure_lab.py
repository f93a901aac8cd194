"""How long the bug lab takes from a click to the painted picture, in a real browser.

    python tests/browser/measure_lab.py [CLICKS] [--against FOLDER]

Prints a table. Nothing asserts seconds: they are this machine's. With another checkout of the
project both labs are clicked in turn, so that the ratios hold on a machine with other work to do.
A third row leaves out the padding of the messages, see `helpers/panels/face.py`.
"""

import argparse
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from regenerate import ROOT

from browser.lab import LabServer, launch_chromium

SHOW = "from helpers import load_digits\nfrom helpers.panels import BugLab\nBugLab(load_digits())"
UNPADDED = 'import helpers.panels.face as face\nface._PADDING = ""\n' + SHOW
NEW, KNOWN = "not yet run", "already run"

# Clicks a checkbox; resolves when the new picture, a PNG or SVG, has been decoded and its frame
# painted: a message posted before a paint is delivered after it (a second animation frame would
# add up to 16 ms).
CLICK = """(box) => new Promise(done => {
    const panel = box.closest('.course-panel');
    const seen = () => panel.querySelector('.picture svg')?.parentNode.innerHTML
        ?? panel.querySelector('img')?.src;
    const before = seen();
    const start = performance.now();
    const watch = new MutationObserver(async () => {
        const now = seen();
        if (!now || now === before) return;
        watch.disconnect();
        if (!panel.querySelector('.picture svg')) await panel.querySelector('img').decode();
        requestAnimationFrame(() => {
            const painted = new MessageChannel();
            painted.port1.onmessage = () => done(performance.now() - start);
            painted.port2.postMessage(null);
        });
    });
    setTimeout(() => done(null), 20000);
    watch.observe(panel, {subtree: true, childList: true, attributes: true});
    box.click();
})"""

# Each of these changes the loss curve, alone and together with the others.
TITLES = (
    "Only the diagonal of the softmax Jacobian",
    "Divided by N twice",
    "Labels off by one",
    "The loss has lost its minus",
    "Sorted classes, no shuffling",
    "argmin in place of argmax",
    "Logarithm to base 10",
)


def open_lab(stack, browser, root, source):
    """Show a lab in a JupyterLab of its own.

    Parameters
    ----------
    stack : ExitStack
        Ends the server.
    browser : playwright.sync_api.Browser
    root : Path
        Of the checkout whose lab it is.
    source : str
        Of the one cell.

    Returns
    -------
    page : playwright.sync_api.Page
    boxes : list of ElementHandle
        One for each of ``TITLES``.
    """
    server = stack.enter_context(
        LabServer(stack.enter_context(tempfile.TemporaryDirectory()), root)
    )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, server.notebooks / "measure.ipynb")
    opened = server.open(browser, "measure")
    opened.run_all()
    panel = opened.panel()
    panel.get_by_role("checkbox", name=TITLES[0]).wait_for()
    return opened.page, [
        panel.get_by_role("checkbox", name=title).element_handle() for title in TITLES
    ]


def measure(labs, clicks):
    """Click boxes whose bug changes the picture: on and off, the first time and again.

    Parameters
    ----------
    labs : dict of str to (page, boxes)
    clicks : int
        How many of each kind.

    Returns
    -------
    dict of (str, str) to list of float
        Milliseconds, by lab and kind.
    """
    times = {(name, kind): [] for kind in (NEW, KNOWN) for name in labs}
    for code in range(1, clicks + 1):
        # Gray code: one box a click, and every combination is new.
        box = (code & -code).bit_length() - 1
        for name, (page, boxes) in labs.items():
            page.bring_to_front()
            for kind in (NEW, KNOWN, KNOWN):
                times[name, kind].append(boxes[box].evaluate(CLICK))
                assert times[name, kind][-1] is not None, f"{name}: no new picture at {code}"
                page.wait_for_timeout(50)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clicks", nargs="?", type=int, default=50)
    parser.add_argument("--against", type=Path, help="another checkout of the project")
    options = parser.parse_args()
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = launch_chromium(playwright)
        wanted = {"other": (options.against, SHOW)} if options.against else {}
        wanted |= {"this": (ROOT, SHOW), "this, unpadded": (ROOT, UNPADDED)}
        labs = {name: open_lab(stack, browser, *how) for name, how in wanted.items()}
        times = measure(labs, options.clicks)
    first = next(iter(labs))
    head = f"{'click to painted picture':32}{'clicks':>7}{'median ms':>11}{'p95 ms':>8}"
    print(f"{head}   median and p95 / {first}")
    for (name, kind), values in times.items():
        here, there = (
            (statistics.median(those), statistics.quantiles(those, n=20)[-1])
            for those in (values, times[first, kind])
        )
        ratios = f"{here[0] / there[0]:8.2f} {here[1] / there[1]:5.2f}"
        print(f"{kind + ', ' + name:32}{len(values):7}{here[0]:11.0f}{here[1]:8.0f}   {ratios}")


if __name__ == "__main__":
    main()
