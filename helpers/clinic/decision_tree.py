"""Which check to run next: the decision tree, computed from the kill matrix.

At every point the tree asks the check whose answer is expected to tell most (the greatest entropy
of its answers, all bugs that are left being equally likely). That is greedy: the shortest tree of
all is a hard problem (Hyafil and Rivest, Information Processing Letters 5, 1976), and this one may
be a little longer.
"""

from dataclasses import dataclass, field

import numpy as np

from helpers.checks import CHECKS


@dataclass(frozen=True)
class Node:
    """A point of the tree: a check to run, or the end.

    Attributes
    ----------
    bugs : tuple of str
        What is still possible here.
    check : str or None
        The check to run next; ``None`` at an end.
    branches : dict
        Answer of the check to the ``Node`` that follows, the fullest first.
    """

    bugs: tuple
    check: str | None = None
    branches: dict = field(default_factory=dict)

    def path(self, bug):
        """The way to a bug.

        Parameters
        ----------
        bug : str

        Returns
        -------
        list of (check, answer)

        Raises
        ------
        KeyError
            If the tree does not hold that bug.
        """
        if bug not in self.bugs:
            raise KeyError(f"no bug {bug!r} in this tree")
        for answer, node in self.branches.items():
            if bug in node.bugs:
                return [(self.check, answer), *node.path(bug)]
        return []

    def mean_checks(self):
        """How many checks it takes to reach the end, on average over the bugs."""
        return sum(len(self.path(bug)) for bug in self.bugs) / len(self.bugs)

    def __str__(self):
        return "\n".join(self._lines(""))

    def _lines(self, indent):
        if self.check is None:
            return [f"{indent}= {', '.join(self.bugs)}"]
        lines = [f"{indent}{self.check}?"]
        for answer, node in self.branches.items():
            if node.check is None:
                lines.append(f"{indent}  {answer} = {', '.join(node.bugs)}")
            else:
                lines.append(f"{indent}  {answer}:")
                lines += node._lines(indent + "    ")
        return lines


def next_check(matrix, remaining=None, *, asked=(), by_cost=False):
    """The check to run next.

    Parameters
    ----------
    matrix : KillMatrix
    remaining : iterable of str, optional
        The bugs that are still possible. Default: all of the matrix.
    asked : iterable of str
        Checks that are not to be proposed.
    by_cost : bool
        Weigh what a check tells against its cost.

    Returns
    -------
    str or None
        The first of the best; ``None`` if no check tells the remaining bugs apart.
    """
    remaining = matrix.bugs if remaining is None else tuple(remaining)
    asked, best, most = set(asked), None, 1e-9
    for check in matrix.checks:
        if check in asked:
            continue
        worth = information(matrix, check, remaining)
        if by_cost and check in CHECKS:
            worth /= CHECKS[check].cost
        if worth > most + 1e-9:
            best, most = check, worth
    return best


def information(matrix, check, remaining):
    """What the answer of a check is expected to tell.

    Parameters
    ----------
    matrix : KillMatrix
    check : str
    remaining : sequence of str
        The bugs that are still possible, all equally likely.

    Returns
    -------
    float
        In bits: the entropy of the answers.
    """
    counts = [len(bugs) for bugs in _split(matrix, check, remaining).values()]
    shares = np.array(counts) / max(len(remaining), 1)
    return float(-(shares * np.log2(shares)).sum())


def decision_tree(matrix, remaining=None, *, by_cost=False):
    """The tree of checks that tells all bugs apart, as far as the matrix does.

    Parameters
    ----------
    matrix : KillMatrix
    remaining : iterable of str, optional
        The bugs to tell apart. Default: all of the matrix.
    by_cost : bool
        Weigh what a check tells against its cost.

    Returns
    -------
    Node
        Its root. It prints as indented text.
    """
    remaining = matrix.bugs if remaining is None else tuple(remaining)
    check = next_check(matrix, remaining, by_cost=by_cost)
    if check is None:
        return Node(remaining)
    parts = _split(matrix, check, remaining)
    branches = {
        answer: decision_tree(matrix, parts[answer], by_cost=by_cost)
        for answer in sorted(parts, key=lambda answer: (-len(parts[answer]), answer))
    }
    return Node(remaining, check, branches)


def _split(matrix, check, remaining):
    """The remaining bugs by the answer of a check."""
    parts = {}
    for bug in remaining:
        parts.setdefault(matrix.verdicts[check, bug].answer, []).append(bug)
    return {answer: tuple(bugs) for answer, bugs in parts.items()}
