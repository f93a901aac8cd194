"""How long the bug lab takes from a click to the painted picture, in a real browser.

    python tests/browser/measure_lab.py [CLICKS]

Prints a table. Nothing asserts seconds: they are this machine's.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from browser.lab import LabServer, expect, launch_chromium

# Clicks a checkbox; resolves when the new picture has been decoded and its frame painted: a message
# posted before a paint is delivered after it (a second animation frame would add up to 16 ms).
CLICK = """(box) => new Promise(done => {
    const panel = box.closest('.course-panel');
    const before = panel.querySelector('img').src;
    const start = performance.now();
    const watch = new MutationObserver(async () => {
        const image = panel.querySelector('img');
        if (!image || image.src === before) return;
        watch.disconnect();
        await image.decode();
        requestAnimationFrame(() => {
            const painted = new MessageChannel();
            painted.port1.onmessage = () => done(performance.now() - start);
            painted.port2.postMessage(null);
        });
    });
    setTimeout(() => done(null), 5000);
    watch.observe(panel, {subtree: true, childList: true, attributes: true});
    box.click();
})"""


def measure(notebook, clicks):
    """Click boxes whose bug changes the picture: on and off, the first time and again.

    Parameters
    ----------
    notebook : NotebookPage
        Notebook 06, run.
    clicks : int
        How many of each kind.

    Returns
    -------
    dict of str to list of float
        Milliseconds.
    """
    panel, status = notebook.panel(-1), notebook.status(-1)
    times = {"a combination not yet run": [], "one already run": []}
    # Each of these changes the loss curve, alone and together with the others.
    titles = [
        "Only the diagonal of the softmax Jacobian",
        "Divided by N twice",
        "Labels off by one",
        "The loss has lost its minus",
        "Sorted classes, no shuffling",
        "argmin in place of argmax",
        "Logarithm to base 10",
    ]
    boxes = [panel.get_by_role("checkbox", name=title).element_handle() for title in titles]
    for code in range(1, clicks + 1):
        # Gray code: one box a click, and every combination is new.
        box = boxes[(code & -code).bit_length() - 1]
        for kind in ("a combination not yet run", "one already run", "one already run"):
            times[kind].append(box.evaluate(CLICK))
            assert times[kind][-1] is not None, f"the picture did not change at click {code}"
            notebook.page.wait_for_timeout(50)
    expect(status).to_contain_text("Error")
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clicks", nargs="?", type=int, default=50)
    clicks = parser.parse_args().clicks
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        LabServer(Path(folder)) as server,
    ):
        notebook = server.open(launch_chromium(playwright), "06")
        notebook.run_all()
        times = measure(notebook, clicks)
        print(f"{'click to painted picture':28} {'clicks':>6} {'median ms':>10} {'p95 ms':>8}")
        for kind, values in times.items():
            p95 = statistics.quantiles(values, n=20)[-1]
            print(f"{kind:28} {len(values):6} {statistics.median(values):10.0f} {p95:8.0f}")


if __name__ == "__main__":
    main()
