"""The edits that are tried: each leaves a tree, and takes itself back."""

import ast

from helpers import diagnose_gradients
from helpers.doctor.case import cases_of
from helpers.doctor.consult import consult
from helpers.doctor.examine import search_of
from helpers.doctor.mutations import mutations_of

TEXT = """\
import numpy as np

def gradients(W, b, X, y):
    N = X.shape[0]
    s = X.dot(W) + b
    P = np.exp(s)
    P /= P.sum(axis=1, keepdims=True)
    loss = -np.log(P[np.arange(N), y]).sum() / N
    P[np.arange(N), y] -= 1
    return loss, X.T.dot(P) / N, P.sum(axis=0) / N
"""


def has_an_end(node, above=()):
    if any(node is each for each in above):
        return False
    return all(has_an_end(child, (*above, node)) for child in ast.iter_child_nodes(node))


def test_no_edit_puts_a_node_into_itself_and_each_is_taken_back():
    (case,) = cases_of(TEXT)
    setting = search_of(case, consult(case.load, case.usage, case.clock).oracle).setting()
    tried = 0
    for unit in case.code.units:
        before = ast.dump(unit.tree)
        for mutation in list(mutations_of(unit, setting)):
            old = mutation.apply()
            tried += 1
            ends = has_an_end(unit.tree)
            mutation.revert(old)
            assert ends, mutation.kind
        assert ast.dump(unit.tree) == before
    assert tried > 300


def test_a_function_that_makes_the_function_is_looked_into():
    inside = "".join(f"    {line}\n" for line in TEXT.splitlines()[2:])
    text = (
        f"import numpy as np\n\ndef make(classes):\n{inside}    return gradients\n\nf = make(10)\n"
    )
    assert diagnose_gradients(text).verdict == "fragile"
    wrong = text.replace("y] -= 1", "y] += 1")
    assert [e.after for e in diagnose_gradients(wrong).edits] == ["P[np.arange(N), y] -= 1"]
