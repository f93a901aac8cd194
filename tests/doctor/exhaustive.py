"""All that is too long for the suite, as a table: ``python tests/doctor/exhaustive.py [WORD ...]``.

Of each case: verdict, bugs that were named, edits, alternatives, CPU seconds, and what misses. The
words choose kinds: right, wrong, steps, singles, pairs. Without one, all are run.
"""

import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from doctor import catalogue_pairs, right_styles, step_styles, wrong_styles  # noqa: E402

from helpers.bugs import build  # noqa: E402
from helpers.doctor import diagnose_gradients, diagnose_step  # noqa: E402


def _name(f):
    return getattr(f, "__name__", type(f).__name__)


def cases():
    """(kind, name, diagnose, function, ids that are to be named) of each case."""
    for f in right_styles.RIGHT:
        yield "right", _name(f), diagnose_gradients, f, ()
    for f in wrong_styles.WRONG:
        yield "wrong", _name(f), diagnose_gradients, f, wrong_styles.NAMED.get(f, ())
    for f in (*step_styles.RIGHT, *step_styles.WRONG):
        yield "steps", _name(f), diagnose_step, f, step_styles.NAMED.get(f, ())
    for id_ in catalogue_pairs.SINGLES:
        yield "singles", id_, diagnose_gradients, build([id_]).loss_and_gradients, (id_,)
    for pair in catalogue_pairs.pairs():
        yield "pairs", " + ".join(pair), diagnose_gradients, build(pair).loss_and_gradients, pair


def main(kinds):
    """Print the table and, of each kind, the counts."""
    counts = {}
    for kind, name, diagnose, f, wanted in cases():
        if kinds and kind not in kinds:
            continue
        start = time.process_time()
        diagnosis = diagnose(f)
        seconds = time.process_time() - start
        lost = sorted(set(wanted) - set(diagnosis.bugs))
        note = f" (not named: {', '.join(lost)})" if lost else ""
        row = counts.setdefault(kind, dict(cases=0, named=0, exact=0, mended=0, worst=0.0))
        row["cases"] += 1
        row["named"] += not lost
        row["exact"] += set(wanted) == set(diagnosis.bugs)
        row["mended"] += bool(diagnosis.edits)
        row["worst"] = max(row["worst"], round(seconds, 2))
        print(f"{kind:8s}{name:48s}{diagnosis.verdict:11s}{len(diagnosis.edits)} edits "
              f"{seconds:5.2f} s  {', '.join(diagnosis.bugs)}{note}", flush=True)  # fmt: skip
    for kind, row in counts.items():
        print(kind, row)


if __name__ == "__main__":
    main(set(sys.argv[1:]))
