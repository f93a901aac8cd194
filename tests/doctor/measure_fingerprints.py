"""Run the whole catalogue and write helpers/doctor/fingerprints.json: some five minutes.

    python tests/doctor/measure_fingerprints.py

To be run when the program or the catalogue has changed; ``test_run.py`` says when, and runs a
sample of it anew.
"""

import json

from helpers.bugs import BUGS
from helpers.doctor.fingerprints import TABLE, ends, hypotheses, key, look


def measure(catalogue=BUGS):
    """Run every hypothesis.

    Parameters
    ----------
    catalogue : Mapping

    Returns
    -------
    dict of str to dict
        By hypothesis: ``key``, a digest of the lines that were run; ``seen``, rows of signs with
        their count; ``ends``. Pairs that look like their second bug alone are left out.
    """
    return {"+".join(h): entry for h in hypotheses(catalogue) if (entry := _entry(h, catalogue))}


def _entry(hypothesis, catalogue):
    seen = look(hypothesis, catalogue)
    if len(hypothesis) == 2 and not seen:
        return None
    rows = sorted(([*signs, count] for signs, count in seen.items()), key=str)
    last = [
        [round(x, 6) if abs(x) < 1e6 else x for x in end] for end in ends(hypothesis, catalogue)
    ]
    return {"key": key(hypothesis, catalogue), "seen": rows, "ends": last}


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in measure().items()]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    print(f"{len(lines)} hypotheses in {TABLE.name}")
