"""A script is examined in a process of its own: whatever it does ends there.

The parent writes a request to the child's input and reads lines of JSON; the last one counts, so
that a child that had to be stopped has still told what it knew.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONGEST, PROCESSOR = 180, 40  # seconds of the clock, and of the processor where it can be limited
MEMORY = 4 * 2**30
ROOT = Path(__file__).parents[3]


def examine_apart(text, folder, longest=LONGEST, patches=()):
    """Examine a script in a process of its own.

    Parameters
    ----------
    text : str
    folder : str or None
        Where the script's own files are read from; nothing is written there.
    longest : float
        Seconds after which the process is ended.
    patches : sequence of (str, str, str)
        Id, right line and wrong line of the bugs that may be named.

    Returns
    -------
    dict
        See ``examine``; "not judged" if the process ended or was ended before it could tell.
    """
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = (
        os.environ
        | dict.fromkeys(threads, "1")
        | {
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
    )
    request = json.dumps({"text": text, "folder": folder, "patches": patches})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as here:
        child = subprocess.Popen(
            [sys.executable, "-m", "helpers.doctor.script.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=here,
            env=environment,
        )
        said, ended = _listen(child, request.encode(), longest)
    lines = (said or b"").decode(errors="replace").splitlines()
    for line in reversed(lines):
        try:
            return json.loads(line)
        except ValueError:
            continue
    return {"verdict": "not judged", "reason": ended, "line": None}


def _listen(child, request, longest):
    """What a process says until it ends, or is ended: (bytes, why it ended).

    It is waited for in short pieces: an exception that is sent to this thread, as the panel's
    *Stop* does, is heard between two of them.
    """
    deadline = time.monotonic() + longest
    with child:
        try:
            while time.monotonic() < deadline:
                try:
                    return child.communicate(request, timeout=0.1)[0], (
                        "its process ended before anything could be told"
                    )
                except subprocess.TimeoutExpired:
                    request = None
            return _killed(child), f"it had not come to an end after {longest} s"
        finally:
            child.kill()
            child.wait()  # an interrupt leaves the `with` before its own wait


def _killed(child):
    child.kill()
    return child.communicate()[0]


def _limit():
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    for which, most in ((resource.RLIMIT_FSIZE, 2**28), (resource.RLIMIT_CPU, PROCESSOR)):
        resource.setrlimit(which, (most, resource.getrlimit(which)[1]))


def main():
    """The child: read a request, examine, tell."""
    request = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for channel in (0, 1, 2):
        os.dup2(nowhere, channel)
    _limit()

    from helpers.doctor.script.examine import examine
    from helpers.doctor.script.quiet import make_quiet

    make_quiet(os.getcwd())

    def tell(facts):
        out.write(json.dumps(facts).encode() + b"\n")

    tell(examine(**request, tell=tell))


if __name__ == "__main__":
    main()
