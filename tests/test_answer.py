"""The answer stands in notebook 06 and in ANSWER.md, and its lines do what its table says.

Notebook 00 has the lines and the table too, and where each row is explained.
"""

import re

import numpy as np
import pytest
from regenerate import ROOT, read_notebook

from helpers import build, load_digits, one_hot

NOTEBOOK = ROOT / "notebooks" / "06_diagnose_the_90_percent.ipynb"
HURRIED = ROOT / "notebooks" / "00_what_is_wrong_with_my_code.ipynb"
ANSWER = (ROOT / "notebooks" / "ANSWER.md").read_text(encoding="utf-8")
(CODE,) = re.findall(r"^```python\n(.*?)^```$", ANSWER, re.DOTALL | re.MULTILINE)


def test_the_file_and_the_notebook_say_the_same():
    sources = [
        cell.source for cell in read_notebook(NOTEBOOK).cells if cell.cell_type == "markdown"
    ]
    assert ANSWER.rstrip("\n") in sources


@pytest.mark.parametrize("notebook", [HURRIED, NOTEBOOK], ids=lambda path: path.stem)
def test_the_lines_to_copy_run_in_the_notebook(notebook):
    cells = [cell.source for cell in read_notebook(notebook).cells if cell.cell_type == "code"]
    definitions, lines = CODE.rstrip("\n").split("\n\n\nW0, b0 = ")
    assert definitions in cells
    assert any(cell.endswith("W0, b0 = " + lines) for cell in cells)


def rows(text):
    """A table's rows, and their cells: of the one that reads the three lines."""
    table = re.search(r"^\| classes predicted .*?(?=\n\n|\Z)", text, re.DOTALL | re.MULTILINE)[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]


def test_notebook_00_reads_them_by_the_same_table():
    (text,) = (c.source for c in read_notebook(HURRIED).cells if "| classes predicted" in c.source)
    link = re.compile(r" \(\[[^]]*\]\(0[1-7]_\w+\.ipynb#[^)]*\)\)")
    assert rows(link.sub("", text)) == rows(ANSWER)
    assert all(link.search(was) for *_, was in rows(text)[2:])


# What the table of the answer promises: bugs, rate -> one class?, NaN?, all 0?, ratio.
ROWS = {
    ("wrong-sign",): (True, False, False, "negative"),
    ("wrong-sign", "sum-for-mean"): (True, False, False, "negative"),
    ("ascent",): (True, False, False, "positive"),
    ("wrong-sign", "naive-softmax"): (True, True, False, "negative"),
    ("raw-pixels", "naive-softmax"): (True, True, False, "positive"),
    ("update-dropped",): (True, False, True, "positive"),
    ("metric-broadcast",): (False, False, False, "positive"),
}


@pytest.mark.parametrize("bugs", ROWS, ids="+".join)
def test_the_table_holds_on_every_road(bugs, capsys):
    digits, program = load_digits(), build(bugs)
    X, Y = digits.X_train, one_hot(digits.y_train, 10)
    rate = 0.001 if "sum-for-mean" in bugs else 0.1
    with np.errstate(all="ignore"):
        run = program.train(X, Y, digits.X_test, digits.y_test, learning_rate=rate)
        assert run.error == 0.9
        space = {
            "W": run.W,
            "b": run.b,
            "images": digits.X_test,
            "few": X[::1000],
            "labels": Y[::1000].T,
            "my_gradient": lambda W, b, X, Y: program.loss_and_gradients(W, b, X, Y.T)[1],
        }
        exec(CODE, space)
    printed = capsys.readouterr().out
    counts = [int(n) for n in re.search(r"\[(.*?)\]", printed)[1].split()]
    nan, zero = re.search(r"NaN (\w+)  all 0 (\w+)", printed).groups()
    ratio = float(printed.split("ratio:")[1])
    N = len(X[::1000])
    one, is_nan, is_zero, sign = ROWS[bugs]
    assert (np.count_nonzero(counts) == 1, nan == "True", zero == "True") == (one, is_nan, is_zero)
    assert (counts[0] == 2000) == (is_nan or is_zero)
    size = 1 if "sum-for-mean" in bugs else 1 / N
    assert ratio == pytest.approx(-size if sign == "negative" else size, abs=2e-3)
