"""Mutation testing of the doctor: ``python tests/doctor/mutate.py [COUNT [SEED]]``.

A seeded sample of one-token changes of ``helpers/doctor``, in a copy of the project, against the
files of ``tests/doctor`` that have to do with the changed one, quick ones first. A mutant is killed
when a test fails or takes several times as long as it should. Not in CI: a hundred of them take
hours. They come in random order over all files, so that the first of them are a sample too.
"""

import ast
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Plugins take seconds to load, and none is needed but the one that `conftest.py` speaks of.
OPTIONS = ["-o", "addopts=", "-p", "xdist", "-p", "no:cacheprovider", "--import-mode=importlib",
           "-x", "-q"]  # fmt: skip
PATIENCE = 4  # times as long as without a mutant; what takes longer hangs, and is killed
MEMORY = 3 * 2**30
TIMES = {}  # processor seconds of test files without a mutant, once they are known
_SWAPS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}  # fmt: skip
# The files that see a change, by the beginning of the changed one's path; quick ones first, for
# most mutants die in them, and the rest is spared.
SEEN_BY = {
    "script": "script door",
    "number": "number door",
    "run": "run catalogue",
    "door": "door",
    "other_models": "own_models xray",
    "leaves": "own_models",
    "seen": "own_models xray",
    "naming": "catalogue doctor_gradients",
    "": "contract usage state mutations readme door own_models xray texts "
    "doctor_gradients doctor_step catalogue",
}


def mutants(tree):
    """Changes of a tree: of each the line, what it is about, and a function that makes it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
            yield node.lineno, "comparison", lambda n=node: _swap(n.ops, 0)
        elif isinstance(node, ast.BoolOp):
            yield node.lineno, "and, or", lambda n=node: _swap_op(n)
        elif isinstance(node, ast.BinOp) and type(node.op) in _SWAPS:
            yield node.lineno, "arithmetic", lambda n=node: _swap_op(n)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node.lineno, "not", lambda n=node: _set(n, "op", ast.UAdd())
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node.lineno, "number", lambda n=node: _set(n, "value", n.value + 1)
        elif isinstance(node, ast.Constant) and type(node.value) is bool:
            yield node.lineno, "bool", lambda n=node: _set(n, "value", not n.value)
        elif isinstance(node, ast.Return) and _gives_something(node.value):
            yield node.lineno, "return", lambda n=node: _set(n, "value", ast.Constant(None))
        elif isinstance(node, ast.If):
            yield node.lineno, "if", lambda n=node: _set(n, "test", ast.Constant(False))
        elif isinstance(node, (ast.Continue, ast.Break)):
            yield node.lineno, "leave", lambda n=node: _set(n, "__class__", ast.Pass)


def _gives_something(value):
    return not (value is None or (isinstance(value, ast.Constant) and value.value is None))


def _set(node, name, value):
    setattr(node, name, value)


def _swap(items, index):
    items[index] = _SWAPS[type(items[index])]()


def _swap_op(node):
    node.op = _SWAPS[type(node.op)]()


def sample(count, seed):
    """(path, line, what, text of the mutant) of a sample over all files of the doctor."""
    found = []
    for path in sorted((ROOT / "helpers" / "doctor").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [(path, number) for number, _ in enumerate(mutants(tree))]
    for path, number in random.Random(seed).sample(found, count):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        line, what, make = list(mutants(tree))[number]
        make()
        yield path.relative_to(ROOT), line, what, ast.unparse(ast.fix_missing_locations(tree))


def tests_of(path):
    """Names of the test files that see a file of the doctor."""
    inside = path.relative_to("helpers/doctor").as_posix()
    names = next(names for start, names in SEEN_BY.items() if inside.startswith(start))
    return tuple(f"test_{name}.py" for name in names.split())


def failure(copy, names, seconds):
    """The first test that fails in a copy of the project; "time" after so many processor seconds.

    Empty if all pass.
    """
    environment = os.environ | {
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    files = [str(copy / "tests" / "doctor" / name) for name in names]
    settings = dict(cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    settings |= dict(preexec_fn=partial(_limit, int(seconds) + 1), errors="replace")
    try:
        # The clock only ends what waits for ever; a busy machine is not to kill a mutant.
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *OPTIONS, *files], **settings, timeout=10 * seconds
        )
    except subprocess.TimeoutExpired:
        return "time"
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) tests/doctor/(.*?)(?: - |$)", done.stdout, re.MULTILINE)
    return failed[1] if failed else "time" if done.returncode < 0 else "collection"


def _limit(seconds):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _used():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def clean(copy, names):
    """Processor seconds of test files without a mutant."""
    if names not in TIMES:
        before = _used()
        if failed := failure(copy, names, 3600):
            sys.exit(f"{failed} fails without a mutant: mend that first.")
        TIMES[names] = _used() - before
    return TIMES[names]


def killer(copy, path, text):
    """The test that notices a mutant; empty if it survives."""
    names = tests_of(path)
    limit = PATIENCE * clean(copy, names) + 10
    right = (copy / path).read_text(encoding="utf-8")
    (copy / path).write_text(text, encoding="utf-8")
    try:
        return failure(copy, names, limit)
    finally:
        (copy / path).write_text(right, encoding="utf-8")


def main(count=100, seed=0):
    """Print one row a mutant, and how many were killed."""
    killed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", "*.ipynb", "__pycache__"))
        for number, (path, line, what, text) in enumerate(sample(count, seed), 1):
            start = time.monotonic()
            by = killer(copy, path, text)
            killed += bool(by)
            took = f"{time.monotonic() - start:.0f} s; {killed} of {number} killed"
            row = f"{number:4d} {path}:{line} {what}: {by or 'SURVIVES'} ({took})"
            print(row, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
