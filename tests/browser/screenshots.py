"""Pictures of the notebooks as a reader sees them, for people to look at.

    python tests/browser/screenshots.py FOLDER          all notebooks
    python tests/browser/screenshots.py FOLDER 01 06    these

Opens each in JupyterLab, runs it, and stores every panel (`..._panel_1.png`) and the whole page in
pieces (`..._page_01.png`), at two widths, in the light and in the dark theme.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from regenerate import course_notebooks

from browser.lab import THEMES, LabServer, launch_chromium

WIDTHS = (1280, 390)
PIECE = 1600  # height of a piece of the page, CSS pixels
HIGHEST = 60_000  # Chromium paints no page higher than this reliably


def shoot(notebook, folder, stem):
    """Store the pictures of one notebook that has been run.

    Parameters
    ----------
    notebook : NotebookPage
    folder : Path
    stem : str
        How the files' names begin.
    """
    page = notebook.page
    width = page.viewport_size["width"]
    height = page.evaluate(
        "document.querySelector('.jp-WindowedPanel-outer').scrollHeight"
        " + window.innerHeight - document.querySelector('.jp-WindowedPanel-outer').clientHeight"
    )
    page.set_viewport_size({"width": width, "height": min(height, HIGHEST)})
    page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)")
    # Only now: in a lower window JupyterLab's own bars lie over a high panel.
    for number, panel in enumerate(notebook.panels.all(), 1):
        panel.screenshot(path=folder / f"{stem}_panel_{number}.png")
    for number, top in enumerate(range(0, min(height, HIGHEST), PIECE), 1):
        piece = {"x": 0, "y": top, "width": width, "height": min(PIECE, height - top)}
        page.screenshot(path=folder / f"{stem}_page_{number:02d}.png", clip=piece)


def main():
    """Take the pictures named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("notebooks", nargs="*", help="names or their beginnings; default: all")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    names = options.notebooks or [path.name for path in course_notebooks()]
    with (
        tempfile.TemporaryDirectory() as own,
        sync_playwright() as playwright,
        LabServer(own) as server,
    ):
        browser = launch_chromium(playwright)
        for name in names:
            for width in WIDTHS:
                for theme in THEMES:
                    notebook = server.open(browser, name, width=width, theme=theme)
                    notebook.run_all()
                    notebook.page.keyboard.press("Escape")
                    if width < 1000:
                        notebook.hide_sidebar()
                    stem = f"{Path(notebook.name).stem}_{width}_{theme}"
                    shoot(notebook, options.folder, stem)
                    notebook.close()
                    server.close_kernels()
                    print(stem)
        browser.close()


if __name__ == "__main__":
    main()
