"""Every panel and every figure: axe-core, light and dark, and on pages down to 320 px."""

import pytest
from regenerate import course_notebooks

from browser.lab import THEMES

WIDTHS = (1280, 1024, 768, 390, 320)
SMALLEST = 11  # px, as shown
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OURS = [".course-panel", ".course-figure"]

# What sticks out of a panel sideways, and the smallest type in it, SVG and PNG included.
MEASURE = """panel => {
    const width = panel.getBoundingClientRect().width;
    let smallest = Infinity, what = '';
    const note = (size, words) => { if (size < smallest) [smallest, what] = [size, words]; };
    const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!node.getClientRects().length || !walker.currentNode.data.trim()) continue;
        const svg = node.closest('svg');
        const scale = svg ? svg.getScreenCTM().a : 1;
        note(parseFloat(getComputedStyle(node).fontSize) * scale, walker.currentNode.data);
    }
    for (const img of panel.querySelectorAll('img:not([hidden])')) {
        // The smallest words that matplotlib writes are 9 points, at 100 dots an inch.
        note(9 / 72 * 100 * img.getBoundingClientRect().width / img.naturalWidth, 'picture');
    }
    return {over: panel.scrollWidth - panel.clientWidth, width, smallest, what};
}"""


@pytest.mark.parametrize("path", course_notebooks(), ids=lambda path: path.stem)
def test_panels_and_figures_are_for_everybody(path, lab):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs pip install -e .[test]"
    ).Axe()
    notebook = lab(path.stem)
    notebook.run_all()
    page = notebook.page
    for theme in THEMES.values():
        page.evaluate(
            f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})"
        )
        dark = str(theme == THEMES["light"]).lower()
        page.wait_for_function(f"document.body.dataset.jpThemeLight === '{dark}'")
        page.wait_for_timeout(500)
        ours = [selector for selector in OURS if page.locator(selector).count()]
        found = axe.run(page, context={"include": ours}, options=RULES)
        assert not found.response["violations"], found.generate_report()
    assert not page.locator(".jp-OutputArea-output img:not([alt])").count()

    notebook.hide_sidebar()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(300)
        for panel in page.locator(".course-panel").all():
            seen = panel.evaluate(MEASURE)
            assert seen["width"] > 100 and seen["over"] <= 1, (width, seen)
            assert seen["smallest"] >= SMALLEST - 0.05, (width, seen)

    page.emulate_media(forced_colors="active")
    edges = "node => getComputedStyle(node).borderTopStyle + getComputedStyle(node).borderTopWidth"
    for button in page.locator(".course-panel button:visible").all()[:5]:
        assert button.evaluate(edges) == "solid1px"
