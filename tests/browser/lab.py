"""A JupyterLab server of one's own, and a notebook open in it, in a real Chromium.

Used by the tests through the fixture `lab` (see `conftest.py`) and by `screenshots.py`.
"""

import ast
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from regenerate import ROOT, WIDGET_VIEW

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
# A notebook takes 15 s at most; a slow machine may need more.
RUN_SECONDS = 120
START_SECONDS = 120


def find_chromium():
    """Path of a Chromium or Chrome: the environment variable CHROMIUM, or the first in PATH.

    Returns
    -------
    str or None
    """
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def launch_chromium(playwright):
    """Start the browser without a window.

    Parameters
    ----------
    playwright : playwright.sync_api.Playwright

    Returns
    -------
    playwright.sync_api.Browser
    """
    return playwright.chromium.launch(executable_path=find_chromium(), args=list(BROWSER_FLAGS))


def expect(locator):
    """Playwright's ``expect``, imported late: the tests are collected where playwright is absent.

    Parameters
    ----------
    locator : playwright.sync_api.Locator

    Returns
    -------
    playwright.sync_api.LocatorAssertions
    """
    from playwright.sync_api import expect as expect_of_playwright

    return expect_of_playwright(locator)


def needed_cells(sources, patterns):
    """Which cells of a notebook to run, so that those which hold one of the patterns can be.

    Parameters
    ----------
    sources : list of str
        Each cell's Python source; empty for a text.
    patterns : iterable of str
        Regular expressions.

    Returns
    -------
    list of int
        The numbers of the cells that hold a pattern, of those that last bound a name they use, and
        so on, from the top.

    Raises
    ------
    ValueError
        If no cell holds one.
    """
    used, bound = zip(*map(_names, sources), strict=True)
    wanted = re.compile("|".join(patterns))
    needed = [n for n, source in enumerate(sources) if wanted.search(source)]
    if not needed:
        raise ValueError(f"no cell holds {wanted.pattern}")
    for cell in needed:
        for name in used[cell]:
            above = [n for n in range(cell) if name in bound[n]]
            needed += [n for n in above[-1:] if n not in needed]  # and the loop goes on with it
    return sorted(needed)


def _names(source):
    """The names that a source uses, and those that it binds, wherever in it they stand."""
    used, bound = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return used, bound


class LabServer:
    """JupyterLab on a free port, with a copy of the notebooks and with settings of its own.

    Nothing the user has set up or opened is read or written.

    Parameters
    ----------
    folder : Path
        An empty folder for the copies, the settings and the log.
    root : Path
        The checkout of the project whose notebooks and helpers are used.
    """

    def __init__(self, folder, root=ROOT):
        self.folder, self.root = Path(folder), Path(root)
        self.notebooks = self.folder / "notebooks"
        self.token = secrets.token_hex(16)
        ignored = shutil.ignore_patterns("my_*", ".*", "*.py", "__pycache__")
        shutil.copytree(self.root / "notebooks", self.notebooks, ignore=ignored)
        # Keep cells that are out of sight in the page, so that a test can find them.
        tracker = {"windowingMode": "none", "scrollPastEnd": False}
        self._write_setting("notebook-extension/tracker", **tracker)
        self._write_setting("apputils-extension/notification", fetchNews="false")

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = (self.folder / "server.log").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            self._command(port),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _command(self, port):
        options = [
            "--no-browser",
            "--ip=127.0.0.1",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.notebooks}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]
        as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        return [sys.executable, "-m", "jupyterlab", *options, *as_root]

    def _environment(self):
        own = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        folders = {name: str(self.folder / folder) for name, folder in own.items()}
        path = os.pathsep.join(filter(None, (str(self.root), os.environ.get("PYTHONPATH"))))
        return {**os.environ, **folders, "JUPYTER_TOKEN": self.token, "PYTHONPATH": path}

    def _wait_until_up(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.request("GET", "/api/status")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        log = (self.folder / "server.log").read_text(encoding="utf-8")
        raise RuntimeError(f"JupyterLab did not start at {self.url}:\n{log[-3000:]}")

    def request(self, method, path):
        """Ask the server's REST interface.

        Parameters
        ----------
        method, path : str
            For example ``"GET"``, ``"/api/sessions"``.

        Returns
        -------
        The decoded JSON; ``None`` for an empty answer.
        """
        headers = {"Authorization": f"token {self.token}"}
        asked = urllib.request.Request(self.url + path, method=method, headers=headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def close_kernels(self):
        """Shut down every kernel, so that memory does not grow from test to test."""
        for session in self.request("GET", "/api/sessions"):
            self.request("DELETE", f"/api/sessions/{session['id']}")

    def find(self, name):
        """The file name of the one notebook whose name starts so.

        Parameters
        ----------
        name : str
            For example ``"01"``.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If no notebook, or more than one, starts with this name.
        """
        found = sorted(path.name for path in self.notebooks.glob(f"{name}*.ipynb"))
        if len(found) != 1:
            raise ValueError(f"{name!r} fits {found}; wanted one notebook")
        return found[0]

    def open(self, browser, name, width=1280, height=1000, theme="light", scale=1):
        """Open a notebook in a new window, and wait for its kernel. Nothing is run yet.

        Parameters
        ----------
        browser : playwright.sync_api.Browser
        name : str
            The notebook's file name or its beginning, such as ``"01"``.
        width, height : int
            Size of the page in CSS pixels.
        theme : {"light", "dark"}
        scale : int
            Pixels of the screen for one of CSS.

        Returns
        -------
        NotebookPage
        """
        name = self.find(name)
        self._write_setting("apputils-extension/themes", theme=THEMES[theme])
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            device_scale_factor=scale,
        )
        page.goto(f"{self.url}/lab/tree/{name}?reset&token={self.token}")
        return NotebookPage(page, name)

    def _write_setting(self, plugin, **values):
        file = self.folder / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")


_NOTEBOOK = "window.jupyterapp?.shell?.currentWidget"
_KERNEL = f"{_NOTEBOOK}?.sessionContext?.session?.kernel"
_COUNTS = f"""() => {_NOTEBOOK}.content.widgets
    .filter(cell => cell.model.type === 'code').map(cell => cell.model.executionCount)"""
_PANELS = (
    ".jp-NotebookPanel .jp-OutputArea-output > .jupyter-widgets, .jp-NotebookPanel .course-panel"
)
_COUNT_WIDGETS = f"""() => {_NOTEBOOK}.content.widgets
    .filter(cell => cell.model.type === 'code')
    .flatMap(cell => cell.model.outputs.toJSON())
    .filter(output => output.data?.['{WIDGET_VIEW}']).length"""
_RUN_ALL = """() => {
    window.courseRunEnded = undefined;
    window.jupyterapp.commands.execute('notebook:run-all-cells')
        .then(ok => { window.courseRunEnded = Boolean(ok) },
              error => { window.courseRunEnded = String(error) });
}"""
_RUN_SOME = f"""async numbers => {{
    const notebook = {_NOTEBOOK}.content, {{commands}} = window.jupyterapp;
    await commands.execute('notebook:clear-all-cell-outputs');
    for (const number of numbers) {{
        notebook.deselectAll();
        notebook.activeCellIndex = number;
        await commands.execute('notebook:run-cell');
    }}
}}"""
_SOURCES = f"""() => {_NOTEBOOK}.content.widgets.map(
    cell => cell.model.type === 'code' ? cell.model.sharedModel.source : '')"""
_HIDE_SIDEBAR = """() => {
    const app = window.jupyterapp;
    if (!app.shell.leftCollapsed) app.commands.execute('application:toggle-left-area');
}"""


class NotebookPage:
    """One notebook, open in the browser.

    Attributes
    ----------
    page : playwright.sync_api.Page
        For clicks, keys and anything else.
    name : str
        File name of the notebook.
    """

    def __init__(self, page, name):
        self.page = page
        self.name = name
        ready = f"{_KERNEL}?.connectionStatus === 'connected' && {_KERNEL}.status === 'idle'"
        page.wait_for_function(ready, timeout=1000 * START_SECONDS)

    def run_all(self):
        """Run > Run All Cells; wait for the end, and for every widget to be drawn.

        Raises
        ------
        AssertionError
            If a cell was not run, raised, wrote to stderr, or its widget is not shown.
        """
        self.page.evaluate(_RUN_ALL)
        self.page.wait_for_function(
            "window.courseRunEnded !== undefined", timeout=1000 * RUN_SECONDS
        )
        self._look_for_complaints()
        ended = self.page.evaluate("window.courseRunEnded")
        assert ended is True, f"{self.name}: Run All Cells ended with {ended}"
        counts = self.page.evaluate(_COUNTS)
        first = counts[0] or 0
        assert counts == list(range(first, first + len(counts))), f"{self.name}: {counts}"
        self._wait_for_widgets()

    def run(self, *patterns):
        """Run the cells that hold one of these patterns, and what they need: see `needed_cells`.

        Parameters
        ----------
        *patterns : str
            Regular expressions; for example ``"Clinic[(]"``.

        Raises
        ------
        AssertionError
            As `run_all`.
        """
        cells = needed_cells(self.page.evaluate(_SOURCES), patterns)
        self.page.evaluate(_RUN_SOME, cells)
        self._look_for_complaints()
        self._wait_for_widgets()

    def _look_for_complaints(self):
        complaints = self.page.locator('[data-mime-type$="error"], [data-mime-type$="stderr"]')
        assert not complaints.count(), f"{self.name}: " + "\n".join(complaints.all_inner_texts())

    def _wait_for_widgets(self):
        drawn = f"document.querySelectorAll('{_PANELS}').length === ({_COUNT_WIDGETS})()"
        self.page.wait_for_function(drawn, timeout=1000 * START_SECONDS)

    @property
    def panels(self):
        """All widget outputs of the notebook, from top to bottom (a Locator)."""
        return self.page.locator(_PANELS)

    def panel(self, which=0):
        """One panel (a Locator), by its title; or by its number: the first is 0, the last is -1."""
        if isinstance(which, str):
            return self.page.get_by_role("region", name=which, exact=True)
        return self.panels.nth(which)

    def status(self, which=0):
        """The status line of a panel (a Locator), which says the result in words."""
        return self.panel(which).get_by_role("status")

    def hide_sidebar(self):
        """Fold JupyterLab's left side away, as one does on a narrow page."""
        self.page.evaluate(_HIDE_SIDEBAR)

    def close(self):
        """Close the window. The kernel lives on: see ``LabServer.close_kernels``."""
        self.page.close()
