"""Mutation testing of the doctor: ``python tests/doctor/mutate.py [COUNT [SEED]]``.

A seeded sample of one-token changes of ``helpers/doctor``, in a copy of the project, against
``tests/doctor``. A mutant is killed when a test fails or takes too long. Not in CI: a hundred of
them take hours. The sample is over all files at once, and the tests stop at the first failure.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPTIONS = ["-n", "0", "-x", "-q", "-p", "no:cacheprovider"]
SECONDS = 900  # of one mutant; what takes longer hangs, and is killed
_SWAPS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}  # fmt: skip
# Quick files first: most mutants die in them, and the rest is spared.
TESTS = ["test_xray.py", "test_own_models.py", "test_texts.py", "test_doctor_gradients.py",
         "test_doctor_step.py", "test_number.py", "test_run.py"]  # fmt: skip


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
        elif isinstance(node, ast.Return) and node.value is not None:
            yield node.lineno, "return", lambda n=node: _set(n, "value", ast.Constant(None))
        elif isinstance(node, ast.If):
            yield node.lineno, "if", lambda n=node: _set(n, "test", ast.Constant(False))
        elif isinstance(node, (ast.Continue, ast.Break)):
            yield node.lineno, "leave", lambda n=node: _set(n, "__class__", ast.Pass)


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


def survives(copy):
    """Whether all tests pass in a copy of the project."""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    files = [str(copy / "tests" / "doctor" / name) for name in TESTS]
    command = [sys.executable, "-m", "pytest", *OPTIONS, *files]
    settings = dict(cwd=copy, env=environment, capture_output=True, timeout=SECONDS)
    try:
        done = subprocess.run(command, **settings)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main(count=100, seed=0):
    """Print one row a mutant, and how many were killed."""
    killed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", "*.ipynb", "__pycache__"))
        if not survives(copy):
            sys.exit("The tests fail without a mutant: mend them first.")
        for number, (path, line, what, text) in enumerate(sample(count, seed), 1):
            right = (copy / path).read_text(encoding="utf-8")
            start = time.monotonic()
            (copy / path).write_text(text, encoding="utf-8")
            alive = survives(copy)
            (copy / path).write_text(right, encoding="utf-8")
            killed += not alive
            print(f"{number:4d} {'SURVIVES' if alive else 'killed  '} {path}:{line} {what} "
                  f"({time.monotonic() - start:.0f} s)", flush=True)  # fmt: skip
    print(f"{killed} of {count} killed")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
