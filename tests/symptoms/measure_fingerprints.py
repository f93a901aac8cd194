"""Run the catalogue and write helpers/symptoms/fingerprints.json.

    python tests/symptoms/measure_fingerprints.py          # what is new or of other lines
    python tests/symptoms/measure_fingerprints.py --all    # everything: some three minutes

To be run when the program or the catalogue has changed; ``test_run.py`` says when, and runs a
sample of it anew.
"""

import json
import sys

from helpers.bugs import BUGS
from helpers.symptoms.fingerprints import TABLE, ends, hypotheses, key, look


def measure(known, catalogue=BUGS):
    """Run every hypothesis that is not known.

    Parameters
    ----------
    known : dict
        A table as it is returned.
    catalogue : Mapping

    Returns
    -------
    dict of str to dict
        By hypothesis: ``key``, a digest of the lines that were run; ``seen``, rows of signs with
        their count; ``ends``. Both are empty for pairs that look like their second bug alone.
    """
    table = {}
    for hypothesis in hypotheses(catalogue):
        name = "+".join(hypothesis)
        entry = known.get(name, {})
        if entry.get("key") != key(hypothesis, catalogue):
            entry = _entry(hypothesis, catalogue)
        table[name] = entry
    return table


def _entry(hypothesis, catalogue):
    seen = look(hypothesis, catalogue)
    rows = sorted(([*signs, count] for signs, count in seen.items()), key=str)
    found = ends(hypothesis, catalogue) if seen or len(hypothesis) < 2 else []
    last = [[round(x, 6) if abs(x) < 1e6 else x for x in end] for end in found]
    return {"key": key(hypothesis, catalogue), "seen": rows, "ends": last}


if __name__ == "__main__":
    known = {} if "--all" in sys.argv else json.loads(TABLE.read_text("utf-8"))
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in measure(known).items()]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    print(f"{len(lines)} hypotheses in {TABLE.name}")
