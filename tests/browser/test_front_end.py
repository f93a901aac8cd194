"""The front end of all panels: keys, ears, two views, a kernel that is gone, and what is typed."""

import re

import pytest

from browser.lab import expect

# Every kind of input in one panel; the names carry what a page might take for HTML.
EVERY_KIND = """
from helpers.panels.base import Panel, View, paragraph, table
from helpers.panels.controls import (Button, checkbox, code, fold, picker, radio, row, select,
                                     slider, text, whole_number)

BAD = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>\\"'&"

class Every(Panel):
    def __init__(self):
        controls = {
            "tick": checkbox("a box"), "one": radio("a group", ["x", "y", "z"], "x"),
            "list": select("a list", ["p", "q", BAD], "p"), "drag": slider("a range", 1, 0, 4, 0.5),
            "size": whole_number("a number", 3, 1, 9), "words": text("a text", BAD),
            "program": code("some code", "def f():\\n    return 1", 4),
            "many": checkbox(BAD), "more": checkbox("another"),
        }
        self.pressed = 0
        layout = (row("tick", "one", "list", "drag", "size", "words"), "program",
                  picker("a filter", fold("some " + BAD, "many", "more")), row("go", "stop"),
                  "note", "grid", "status")
        buttons = {"go": Button("press me", self.go), "stop": Button(BAD, self.go)}
        super().__init__(controls, layout, title=BAD, buttons=buttons)

    def go(self):
        self.pressed += 1
        self.refresh()

    def view(self):
        now = {name: control.value for name, control in self.controls.items()}
        return View(f"{now['tick']} {now['one']} {now['list']} {now['drag']} {now['size']} "
                    f"[{now['words']}] <{now['program']}> pressed {self.pressed}", alt=BAD,
                    texts={"note": paragraph(BAD, lead=BAD)},
                    tables={"grid": table(BAD, [BAD], [[BAD, [BAD]]])},
                    marks={"program": (2, BAD)})

panel = Every()
"""
SHOW = "panel"
NOTEBOOK = "window.jupyterapp.shell.currentWidget"
SOURCES = (
    f"JSON.stringify({NOTEBOOK}.model.toJSON().cells.map(cell => [cell.cell_type, cell.source]))"
)
KERNEL = f"{NOTEBOOK}.sessionContext.session.kernel"


@pytest.fixture
def every(lab, write):
    notebook = lab(write("demo_every_kind", EVERY_KIND, SHOW, SHOW))
    notebook.run_all()
    return notebook


def test_every_kind_of_input_by_mouse(every):
    panel, status = every.panel(0), every.status(0)
    panel.get_by_role("checkbox", name="a box").check()
    panel.get_by_role("group", name="a group").get_by_role("radio", name="y").check()
    panel.get_by_role("combobox", name="a list").select_option("q")
    slider = panel.get_by_role("slider", name="a range")
    slider.click()
    expect(status).to_contain_text("True y q 2.0 3")
    panel.get_by_role("spinbutton", name="a number").fill("12")
    panel.get_by_role("textbox", name="a text").fill("new")
    # A press carries the changes before it, also of a text that has not been left.
    panel.get_by_role("textbox", name="some code").fill("def g(): pass")
    panel.get_by_role("button", name="press me").click()
    expect(status).to_contain_text("True y q 2.0 9 [new] <def g(): pass> pressed 1")
    expect(panel.get_by_role("spinbutton", name="a number")).to_have_value("9")


def test_every_kind_of_input_by_keyboard(every):
    panel, status, keyboard = every.panel(0), every.status(0), every.page.keyboard
    panel.get_by_role("checkbox", name="a box").focus()
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowDown")  # the group is one stop of Tab, and the arrows choose
    expect(panel.get_by_role("radio", name="z")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    keyboard.press("Tab")
    keyboard.press("ArrowUp")
    keyboard.press("Tab")
    keyboard.press("Control+a")
    keyboard.type("abdd")
    keyboard.press("Tab")
    expect(status).to_contain_text("True z q 1.5 4 [abdd]")
    area = panel.get_by_role("textbox", name="some code")
    expect(area).to_be_focused()
    keyboard.press("Control+a")
    keyboard.type("def f(x):")
    keyboard.press("Enter")
    keyboard.type("return x")
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type("y")
    expect(area).to_have_value("def f(x):\n    return x\n        y")
    keyboard.press("Shift+Tab")
    expect(area).to_have_value("def f(x):\n    return x\n    y")
    keyboard.press("Escape")
    keyboard.press("Tab")
    expect(panel.get_by_role("searchbox", name="a filter")).to_be_focused()
    expect(status).to_contain_text("<def f(x):\n    return x\n    y>")
    for _ in range(2):
        keyboard.press("Tab")
    keyboard.press("ArrowDown")
    expect(panel.get_by_role("checkbox", name="another")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(status).to_contain_text("pressed 1")
    expect(panel.get_by_role("button", name="press me")).to_be_focused()


def test_letters_and_arrows_change_no_cell(every):
    panel, keyboard = every.panel(0), every.page.keyboard
    before = every.page.evaluate(SOURCES)
    inputs = ("input", "select", "textarea", "button", "summary")
    for node in panel.locator(", ".join(inputs)).all():
        if not node.is_visible():
            continue
        node.focus()
        for key in ("a", "b", "d", "d", "x", "m", "y", "ArrowDown", "ArrowUp"):
            keyboard.press(key)
    assert every.page.evaluate(SOURCES) == before


def test_nothing_that_comes_in_is_taken_for_html(every):
    panel = every.panel(0)
    panel.get_by_role("checkbox", name="another").check()
    expect(panel.get_by_role("button", name="Untick another")).to_be_visible()
    panel.get_by_role("textbox", name="a text").fill("<svg onload='window.hacked=1'>")
    panel.get_by_role("button", name="press me").click()
    expect(every.status(0)).to_contain_text("<svg onload='window.hacked=1'>")
    assert every.page.evaluate("window.hacked") is None
    assert panel.locator("script, img[src=x], svg").count() == 0


def test_the_status_node_stays_and_is_named_as_such(every):
    panel, status = every.panel(0), every.status(0)
    status.evaluate("node => { window.kept = node; }")
    focused = panel.get_by_role("checkbox", name="a box")
    focused.focus()
    every.page.keyboard.press("Space")
    expect(status).to_contain_text("True x")
    assert status.evaluate("node => node === window.kept")
    expect(focused).to_be_focused()
    tree = panel.aria_snapshot()
    for part in ('- checkbox "a box" [checked]', '- group "a group"', '- radio "x" [checked]',
                 '- combobox "a list"', '- slider "a range"', '- spinbutton "a number"',
                 '- textbox "some code"', '- searchbox "a filter"', "- status:"):  # fmt: skip
        assert part in tree, tree


def test_two_views_agree_and_keep_each_others_clicks(every):
    one, two = every.panel(0), every.panel(1)
    one.get_by_role("checkbox", name="a box").check()
    expect(two.get_by_role("checkbox", name="a box")).to_be_checked()
    # At the same moment, in both: neither click may be lost.
    every.page.evaluate("""() => {
        const [one, two] = document.querySelectorAll('.course-panel');
        one.querySelector('input[type=radio][value="2"]').click();
        two.querySelector('input[type=checkbox]').click();
    }""")
    for number in (0, 1):
        expect(every.status(number)).to_contain_text("False z")
        expect(every.panel(number).get_by_role("radio", name="z")).to_be_checked()
        expect(every.panel(number).get_by_role("checkbox", name="a box")).not_to_be_checked()


def test_after_a_reload_the_page_shows_what_holds(every):
    every.panel(0).get_by_role("radio", name="y").check()
    expect(every.status(0)).to_contain_text("False y")
    page = every.page
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function(
        "!window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=20_000
    )
    page.goto(page.url.replace("?reset", ""))
    expect(every.panel(0).get_by_role("radio", name="y")).to_be_checked(timeout=60_000)
    every.panel(0).get_by_role("checkbox", name="a box").check()
    expect(every.status(0)).to_contain_text("True y")


def test_a_kernel_that_is_gone_is_said(every):
    status = every.status(0)
    every.page.evaluate(f"{KERNEL}.restart()")
    every.page.wait_for_function(f"{KERNEL}.status === 'idle'", timeout=60_000)
    every.panel(0).get_by_role("checkbox", name="a box").check()
    expect(status).to_have_text(
        "No answer from Python. Run the notebook's cells again.", timeout=15_000
    )
    every.run_all()
    every.panel(0).get_by_role("radio", name="y").check()
    expect(status).to_contain_text("False y")


SLOW = """
import time
from helpers.panels.base import Panel, View
from helpers.panels.controls import checkbox

class Slow(Panel):
    def __init__(self):
        super().__init__({"a": checkbox("a"), "b": checkbox("b")}, title="slow")

    def view(self):
        for _ in range(600 if self.controls["a"].value else 0):
            time.sleep(0.1)
        return View(f"a {self.controls['a'].value}, b {self.controls['b'].value}")

panel = Slow()
"""


def test_an_interrupt_is_said_and_the_panel_lives_on(lab, write):
    notebook = lab(write("demo_slow", SLOW, SHOW, "panel.set(a=True)"))
    page = notebook.page
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(f"{KERNEL}.status === 'busy'")
    panel, status = notebook.panel(0), notebook.status(0)
    expect(status).to_have_text("a False, b False", timeout=60_000)
    page.wait_for_timeout(1000)
    page.evaluate(f"{KERNEL}.interrupt()")
    expect(status).to_contain_text("Interrupted", timeout=20_000)
    panel.get_by_role("checkbox", name="a").uncheck()
    panel.get_by_role("checkbox", name="b").check()
    expect(status).to_have_text("a False, b True", timeout=20_000)


ENDLESS = "from helpers.panels import DoctorPanel\npanel = DoctorPanel()\npanel"


def test_code_that_never_ends_is_stopped_from_the_page(lab, write):
    notebook = lab(write("demo_endless", ENDLESS))
    notebook.run_all()
    panel, status = notebook.panel(0), notebook.status(0)
    for _ in range(2):  # the kernel may hear the first press and the second on different threads
        panel.get_by_role("textbox", name="your code, or a number").fill("while True:\n    pass")
        panel.get_by_role("button", name="Diagnose").click()
        expect(status).to_have_text("Your code is running. Stop ends it.")
        panel.get_by_role("button", name="Stop").click()
        expect(status).to_contain_text("Stopped.")
    panel.get_by_role("textbox", name="your code, or a number").fill("x = 1\ny = (")
    panel.get_by_role("button", name="Diagnose").click()
    expect(panel.get_by_text(re.compile("^Line 2: SyntaxError"))).to_be_visible()
    expect(panel.get_by_role("textbox", name="your code, or a number")).to_have_attribute(
        "aria-invalid", "true"
    )


GUESS = """
from helpers.panels import Predict
Predict("How large is the error?", ("about 12 %", "50 %", "90 %", "99 %"),
        answer=lambda: "90.00 %", because=["It learns.", "Half.", "Right.", "Worse."])
"""


def test_a_guess_before_the_answer(lab, write):
    notebook = lab(write("demo_predict", GUESS))
    notebook.run_all()
    panel, status = notebook.panel(0), notebook.status(0)
    expect(panel.get_by_text("How large is the error?")).to_be_visible()
    expect(panel.get_by_text("90.00 %")).to_have_count(0)
    panel.get_by_role("button", name="about 12 %").focus()
    notebook.page.keyboard.press("Enter")
    expect(status).to_have_text("You said about 12 %. It came: 90.00 %. It learns.")
    expect(panel.get_by_role("button")).to_have_count(0)
