"""Notebook 07: write a check, and see what it kills and whom it wrongs."""

from helpers.bugs import BUGS, GROUPS
from helpers.checks import small_digits
from helpers.clinic import kill_matrix
from helpers.exercises import NOT_ATTEMPTED, NotAttempted, Unfit, feedback_on, score_check
from helpers.panels.base import Panel, View, table
from helpers.panels.code_box import CodePanel, compile_function
from helpers.panels.controls import radio, row

OURS = ("first-loss", "error-against-chance", "gradient-at-random", "overfit-ten")
REJECTED, ACCEPTED = "\u2717", "\u25cb"
STARTER = """\
def check(program):
    # The first loss of a training should be ln 10.
    run = program.train(*small_digits(), epochs=1)
    return abs(run.losses[0] - np.log(10)) < 1e-9
"""


class CheckWriting(CodePanel):
    """A text area for a check of one's own, which runs on right and on wrong programs.

    The text may use ``np`` and ``small_digits``. ``CheckScore`` shows a check that is a function.
    """

    def __init__(self):
        super().__init__(
            STARTER,
            label="your check",
            action="Run the check",
            controls={"compare": _compare()},
            title="Write a check",
            places=("score",),
            lines=9,
        )

    def judge(self, text):
        return _score(compile_function(text, small_digits=small_digits))

    def show(self, judged):
        return _show(judged, self.controls["compare"].value)


class CheckScore(Panel):
    """What a check kills and whom it wrongs.

    Parameters
    ----------
    check : callable
        ``check(program) -> bool``.
    """

    def __init__(self, check):
        self._score = _score(check)
        layout = (row("compare"), "status", "score")
        super().__init__({"compare": _compare()}, layout, title="What your check does")

    def view(self):
        return _show(self._score, self.controls["compare"].value)


def _compare():
    return radio("compare with", [("nothing", ""), *((name, name) for name in OURS)], "")


def _score(check):
    """A score, or in words why there is none."""
    try:
        return score_check(check)
    except NotAttempted:
        return NOT_ATTEMPTED
    except Unfit as unfit:
        return f"Not yet. {unfit}"


def _show(score, other):
    if isinstance(score, str):
        return View(score)
    theirs = set(kill_matrix([other]).kills(other)) if other else set()
    summary = feedback_on(score).message
    if other:
        only_mine, only_theirs = set(score.killed) - theirs, theirs - set(score.killed)
        summary += (
            f" {other} kills {len(theirs)}: {len(only_theirs)} of them you miss, and you kill "
            f"{len(only_mine)} that it misses."
        )
    rows = [_row(group, score, theirs) for group in GROUPS]
    wheats = _marked(score.rejected, REJECTED), _marked(score.accepted, ACCEPTED)
    rows.append(("right programs", *wheats))
    head = ("kind", f"rejected ({REJECTED})", f"accepted ({ACCEPTED})")
    caption = "Bugs by kind: those your check rejects, and those it lets through. "
    caption += f"With a star: {other} rejects it." if other else "Last row: right programs."
    return View(summary, tables={"score": table(caption, head, rows)})


def _row(group, score, theirs):
    def named(ids, mark):
        mine = [id_ for id_ in ids if BUGS[id_].group == group]
        return _marked([f"{id_}{'*' * (id_ in theirs)}" for id_ in mine], mark)

    return group, named(score.killed, REJECTED), named(score.missed, ACCEPTED)


def _marked(names, mark):
    return [f"{mark} {name}" for name in names]
