"""The README's picture: the bug lab with the question's sign in it, in light and in dark.

    python tests/browser/picture.py

It opens notebook 06 in JupyterLab, ticks one bug, and keeps of the page the changed line, the
curve, the bars and the numbers: `.github/bug_lab_light.png` and `.github/bug_lab_dark.png`.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from regenerate import ROOT

from browser.lab import THEMES, LabServer, expect, launch_chromium

FIRST, LAST = ".text-changed", ".text-numbers"  # from where to where the panel is kept
MARGIN = 10  # CSS pixels
SCALE = 2  # pixels of the picture for one of the page


def crop(panel):
    """The rectangle around those places.

    Parameters
    ----------
    panel : playwright.sync_api.Locator

    Returns
    -------
    dict
        As for ``Page.screenshot``.
    """
    first, last = (panel.locator(place).bounding_box() for place in (FIRST, LAST))
    return {
        "x": first["x"] - MARGIN,
        "y": first["y"] - MARGIN,
        "width": first["width"] + 2 * MARGIN,
        "height": last["y"]
        + last["height"]
        - first["y"]
        + MARGIN,  # the next line stands close below
    }


def main():
    """Take both pictures."""
    with (
        tempfile.TemporaryDirectory() as own,
        sync_playwright() as playwright,
        LabServer(own) as server,
    ):
        browser = launch_chromium(playwright)
        for theme in THEMES:
            notebook = server.open(browser, "06", height=1400, theme=theme, scale=SCALE)
            notebook.run("BugLab[(]")
            notebook.hide_sidebar()
            panel = notebook.panel("The bug lab")
            panel.get_by_role("checkbox", name="The sign of the gradient is wrong").check()
            expect(notebook.status("The bug lab")).to_contain_text("Error 90.00 %")
            panel.evaluate("panel => panel.scrollIntoView({block: 'start'})")
            notebook.page.mouse.move(0, 0)
            file = ROOT / ".github" / f"bug_lab_{theme}.png"
            notebook.page.screenshot(path=file, clip=crop(panel))
            notebook.close()
            server.close_kernels()
            print(file.relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
