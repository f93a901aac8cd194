"""The models that a script trains one after another: where each begins, and what it has seen.

A model begins anew where its weights owe nothing to those before: neither by a step nor as a state
that was met. What it is called afterwards is held against its own life only: the images that it
was trained on and how those were prepared. To begin anew is wrong in a loop that would train one
model: where no life of the loop comes to see an image twice.
"""

import itertools
import re

import numpy as np

STEPS = re.compile(r"epoch|^ep?$|iter|^it$|sweep|step", re.IGNORECASE)
PASSES = re.compile(r"epoch|^ep?$|sweep", re.IGNORECASE)
MANY = 10  # models of one step each that nobody trains in a loop
STRANGE = 1e-3  # the share of a change that is no step's


class Lives:
    """Which model each state of the weights belongs to.

    Parameters
    ----------
    raw : ndarray, shape (n, D)
        The images.

    Attributes
    ----------
    starts : list of Group
        The first of each life.
    ends : list of Group
        The last of each life that a gradient was taken of.
    """

    def __init__(self, raw):
        self.blank = np.ptp(raw, axis=0) == 0
        self.starts, self.ends, self.met, self.begun = [], [], {}, {}

    def begin(self, group):
        """A model begins with a group."""
        group.life = len(self.starts)
        self.starts.append(group)
        self.ends.append(group)
        self.begun.setdefault(_key(group), group)
        self.met[_key(group)] = group

    def go_on(self, group, life):
        """A group is of a life that began before."""
        group.life = life
        self.met[_key(group)] = group

    def leave(self, group):
        """A group is over: all its gradients are known."""
        if group.batch is not None:
            self.ends[group.life] = group

    def others(self, group):
        """Other groups that a step may lead on from: the end of each life."""
        return [end for end in self.ends if end is not group and end.batch is not None]

    def is_start(self, old, new):
        """Whether weights that differ from the old ones are again those that a model began with."""
        if np.array_equal(old.W, new.W):
            return False
        return new.W.tobytes() in self.begun or (np.ptp(new.W) == 0 and np.ptp(old.W) != 0)

    def known(self, old, new):
        """The life of a state that was met before, or None."""
        known = self.met.get(new.W.tobytes())
        if known is None or np.array_equal(old.W, new.W):
            return None
        return known.life if known.forwards[0].same_state(new) else None

    def is_fresh(self, old, new):
        """Whether no step leads to these weights: they differ where all images are blank.

        There a step adds at most the same row to each, and a share of what was there.
        """
        if old.W.shape != new.W.shape or len(old.W) != len(self.blank) or self.blank.sum() < 2:
            return old.W.shape != new.W.shape
        was, is_now = (f.W[self.blank].astype(float) for f in (old, new))
        was, change = (v - v.mean(axis=0) for v in (was, is_now - was))
        square = (was * was).sum()
        left = change - was * ((was * change).sum() / square if square else 0)
        return bool(np.linalg.norm(left) > STRANGE * np.linalg.norm(new.W - old.W))

    def thrown_away(self, groups):
        """Where a model begins anew in a loop that was to train one.

        Parameters
        ----------
        groups : list of Group

        Yields
        ------
        Group, str
            The first of a life, the name that the loop gives its turns.
        """
        for one, two in itertools.pairwise(self.starts):
            turns = {turn.loop: turn for turn in one.turns}
            again = (t for t in two.turns if t.loop in turns and t.number != turns[t.loop].number)
            turn = next(again, None)
            if turn and turn.count and _trains_one(turn, groups):
                yield two, turn.name
        for one, two in itertools.pairwise(groups):
            turn = _again(one) if _key(one) in self.begun else None
            if turn and turn.count and STEPS.search(turn.name):
                yield two, turn.name

    def lost_bias(self, groups):
        """Groups with trained weights and the bias of the start, though it had been trained."""
        met = {}
        for group in groups if self.starts else ():
            state, start = group.forwards[0], self.starts[group.life].forwards[0]
            had = met.setdefault(_key(group), state.b)
            if group is self.starts[group.life] or any(b is None for b in (had, state.b, start.b)):
                continue
            begins = np.array_equal(state.b, start.b) or np.ptp(state.b) == 0
            if begins and not np.array_equal(had, state.b):
                yield group

    def unused(self, groups):
        """Starts that are come back to after training, and are not trained."""
        trained = {group.life for group in groups if group.batch is not None}
        for start in self.starts[1:]:
            again = self.begun[_key(start)] is not start or np.ptp(start.forwards[0].W) == 0
            if again and start.life == len(self.starts) - 1 and start.life not in trained:
                yield start


def is_probe(one, other):
    """Whether two states differ in a number or two: a slope is looked for, and no step is made."""
    parts = [(one.W, other.W)] + [(one.b, other.b)] * (one.b is not None and other.b is not None)
    return 0 < sum(np.count_nonzero(old != new) for old, new in parts) <= 2


def _trains_one(turn, groups):
    """Whether the lives in a loop's turns are what one model's steps, or passes, would be."""
    lives, inner = {}, []
    for group in groups:
        loops = [other.loop for other in group.turns]
        if group.batch is not None and turn.loop in loops:
            lives.setdefault(group.life, []).append(group)
            inner += [t.name for t in group.turns[loops.index(turn.loop) + 1 :]]
    steps = list(lives.values())
    if not inner and all(len(one) == 1 for one in steps):
        return bool(STEPS.search(turn.name)) or turn.count >= MANY
    seen = [np.concatenate([group.batch for group in one]) for one in steps]
    if any(map(STEPS.search, inner)) or any(len(np.unique(rows)) < len(rows) for rows in seen):
        return False
    return bool(PASSES.search(turn.name)) or _alike(steps)


def _again(group):
    """The loop in whose turns one gradient of one state is taken again and again, or None."""
    for one, two in itertools.pairwise(zip(group.gradients, group.during, strict=True)):
        turns = {turn.loop: turn.number for turn in one[1]}
        again = [t for t in two[1] if turns.get(t.loop, t.number) != t.number]
        if again and np.array_equal(one[0], two[0]):
            return again[0]
    return None


def _alike(lives):
    """Whether all lives are one and the same, step by step."""
    return len(lives) > 1 and all(
        len(one) == len(lives[0])
        and all(a.forwards[0].same_state(b.forwards[0]) for a, b in zip(one, lives[0], strict=True))
        for one in lives[1:]
    )


def _key(group):
    return group.forwards[0].W.tobytes()
