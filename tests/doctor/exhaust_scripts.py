"""Every script of ``script_styles``, right and broken, to the doctor: how often is the line named?

Run as ``python tests/doctor/exhaust_scripts.py``; not part of the suite, for it takes minutes.
"""

import time

from script_styles import RIGHT, WRONG, broken

from helpers.doctor.script import diagnose_script


def main():
    """Print one line a script, then the counts."""
    first = anywhere = accused = 0
    for name, text in RIGHT.items():
        diagnosis, seconds = timed(text)
        accused += diagnosis.verdict != "right"
        print(f"{diagnosis.verdict:10} {seconds:5.1f} s  {name}")
    for name, right, wrong in WRONG:
        text, line = broken(name, right, wrong)
        diagnosis, seconds = timed(text)
        named = any(edit.line == line for edit in diagnosis.edits)
        others = any(edit.line == line for row in diagnosis.alternatives for edit in row)
        first, anywhere = first + named, anywhere + (named or others)
        mark = "named" if named else "as good" if others else "MISSED"
        made = [(edit.line, edit.after) for edit in diagnosis.edits]
        print(f"{mark:10} {seconds:5.1f} s  {name}: {line} {wrong!r} -> {made}", flush=True)
    print(f"right scripts not called right: {accused} of {len(RIGHT)}")
    print(f"faulty line named: {first} of {len(WRONG)} first, {anywhere} with alternatives")


def timed(text):
    """A diagnosis and the seconds it took."""
    start = time.perf_counter()
    return diagnose_script(text), time.perf_counter() - start


if __name__ == "__main__":
    main()
