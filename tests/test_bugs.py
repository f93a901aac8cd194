"""Every bug shows what the catalogue says it shows, in a real run on the digits."""

import gc
import inspect
import itertools
import traceback

import numpy as np
import pytest

import helpers
from helpers import BUGS, GROUPS, Run, build, load_digits, one_hot, softmax_regression
from helpers.bugs import SOURCE, WILD_RATE, fresh, line_of, variant
from helpers.symptoms.observation import observe

REAL_BUGS = [id_ for id_, bug in BUGS.items() if not bug.decoy]


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    return data.X_train, one_hot(data.y_train, 10), data.X_test, data.y_test


@pytest.fixture(scope="module")
def few(digits):
    X, Y, X_test, y_test = digits
    return X[::30], Y[::30], X_test[::20], y_test[::20]


class Observed(dict):
    """What each bug shows, run once, when it is asked for."""

    def __init__(self, digits):
        self.digits = digits

    def __missing__(self, id_):
        self[id_] = observe(build([id_]), *self.digits, **BUGS[id_].settings)
        return self[id_]


@pytest.fixture(scope="module")
def observed(digits):
    return Observed(digits)


def numbers(symptoms):
    """Everything a reader of the lab can see, as text to compare."""
    run, probe = symptoms.run, symptoms.probe
    seen = [symptoms.raised, probe.raised, probe.large_logits, probe.changed]
    seen += [f"{value:.3g}" for part in probe[:3] for value in part.values()]
    if run is not None:
        seen += [f"{run.error:.4f}", f"{run.losses[0]:.4g}", f"{run.losses[-1]:.4g}"]
        seen += [f"{np.abs(run.b).max():.3g}", *symptoms.counts]
    return seen


def test_the_catalogue_is_as_large_and_as_wide_as_the_course_needs():
    assert len(REAL_BUGS) >= 75
    assert len(GROUPS) >= 8
    assert any(bug.decoy for bug in BUGS.values())


def test_the_questions_suspects_come_first():
    assert list(BUGS)[:4] == ["wrong-sign", "ascent", "labels-not-transposed", "x-not-transposed"]


@pytest.mark.parametrize("id_", BUGS)
def test_right_line_occurs_once_and_wrong_line_differs(id_):
    bug = BUGS[id_]
    assert SOURCE.count(bug.right) == 1
    assert SOURCE.splitlines()[line_of(bug) - 1].strip().startswith(bug.right)
    assert bug.right != bug.wrong
    assert "\n" not in bug.right + bug.wrong
    assert bug.effect and bug.giveaway and bug.seen and bug.title
    changed = build([id_]).source.splitlines()
    pairs = zip(SOURCE.splitlines(), changed, strict=True)
    assert [n for n, (old, new) in enumerate(pairs, 1) if old != new] == [line_of(bug)]


def test_no_two_bugs_are_the_same_patch():
    patches = [(bug.right, bug.wrong) for bug in BUGS.values()]
    assert len(set(patches)) == len(patches)


def test_patches_sit_after_the_check_of_the_data():
    check = 1 + next(n for n, line in enumerate(SOURCE.splitlines()) if "check_training" in line)
    train = 1 + next(n for n, line in enumerate(SOURCE.splitlines()) if "def train" in line)
    assert not [bug.id for bug in BUGS.values() if train <= line_of(bug) <= check]
    with pytest.raises(ValueError, match=r"pass labels\.T"):
        build(["labels-not-transposed"]).train(np.ones((4, 3)), np.ones((2, 4)))


@pytest.mark.parametrize("id_", BUGS)
def test_signature(id_, observed):
    bug, seen = BUGS[id_], observed[id_]
    found = (seen.outcome, seen.first_loss, seen.probe.ratio, seen.probe.large_logits)
    stated = bug.signature
    assert found == (stated.outcome, stated.first_loss, stated.ratio, stated.large_logits)
    if seen.run is not None:
        assert (seen.run.first_non_finite_step or 0) == stated.not_finite_from


@pytest.mark.parametrize("id_", BUGS)
def test_first_non_finite_step_at_a_wild_rate(id_, digits):
    settings = {**BUGS[id_].settings, "learning_rate": WILD_RATE, "epochs": 1}
    run = observe(build([id_]), *digits, **settings).run
    step = 0 if run is None else run.first_non_finite_step or 0
    assert step == BUGS[id_].signature.first_non_finite_step


def test_the_right_program_is_finite_at_the_wild_rate(digits):
    run = observe(build(), *digits, learning_rate=WILD_RATE).run
    assert run.first_non_finite_step is None


@pytest.mark.parametrize("id_", REAL_BUGS)
def test_every_bug_changes_a_number_that_a_reader_can_see(id_, observed, digits):
    right = observe(build(), *digits, **BUGS[id_].settings)
    assert numbers(observed[id_]) != numbers(right)


def test_decoys_learn_and_pass_the_gradient_check(observed):
    for id_ in set(BUGS) - set(REAL_BUGS):
        assert observed[id_].probe.passes
        assert observed[id_].run.error < 0.15


def test_nothing_built_in_is_the_right_program_to_the_bit(digits):
    ours, built = softmax_regression.train(*digits, epochs=2), build(()).train(*digits, epochs=2)
    assert isinstance(built, Run)
    for left, right in zip(ours, built, strict=True):
        assert left.tobytes() == right.tobytes()


def test_the_text_that_is_shown_is_the_text_that_runs():
    program = build(["wrong-sign"])
    assert inspect.getsource(program.descend) in program.source
    assert "R = Y - P" in inspect.getsource(program.loss_and_gradients)
    assert len([line for line in SOURCE.splitlines() if line.strip()]) < 80


def test_programs_of_one_name_do_not_take_each_others_text():
    """The lab keeps its programs, and an exercise makes the same ones anew and drops them."""
    kept = variant("ascent", (BUGS["ascent"].right, BUGS["ascent"].wrong))
    for maker in (lambda: fresh(kept), lambda: variant("ascent"), lambda: build(["ascent"])):
        other = maker()
        assert inspect.getsource(other.train) in other.source
        del other
        gc.collect()
        assert BUGS["ascent"].wrong in inspect.getsource(kept.descend)


def test_tracebacks_show_the_patched_line(few):
    with pytest.raises(ValueError) as caught:
        build(["x-not-transposed"]).train(*few)
    assert "dW = X @ dZ" in "".join(traceback.format_exception(caught.value))


def test_any_iterable_of_ids_in_any_order():
    ids = ["ascent", "wrong-sign"]
    sources = {build(kind(ids)).source for kind in (list, tuple, set, iter, reversed)}
    assert len(sources) == 1
    assert build(ids).ids == ("wrong-sign", "ascent")


def test_a_single_string_is_refused():
    with pytest.raises(TypeError, match=r"wanted an iterable of ids: \['ascent'\]"):
        build("ascent")


def test_an_unknown_id_names_its_neighbours():
    with pytest.raises(KeyError, match="wrong-sign"):
        build(["wrong-sing"])


def test_two_patches_of_one_line_name_both():
    with pytest.raises(ValueError, match=r"wrong-sign and squared-error patch the same line"):
        build(["squared-error", "wrong-sign"])


def test_the_questions_suspects_combine(digits):
    two_wrongs = observe(build(["wrong-sign", "ascent"]), *digits)
    right = observe(build(), *digits)
    assert two_wrongs.run.error == right.run.error
    assert (two_wrongs.run.W == right.run.W).all()
    for labels in ("labels-not-transposed", "x-not-transposed"):
        build(["wrong-sign", "ascent", labels])
    build(list(BUGS)[:4])


def test_missing_transposes_raise_or_are_silent_by_batch_size(digits):
    X, Y, X_test, y_test = digits

    def raises(id_, count, batch_size):
        seen = observe(
            build([id_]), X[:count], Y[:count], X_test, y_test, batch_size=batch_size, epochs=1
        )
        return "ValueError" in seen.raised

    # The labels: silent only where every batch holds exactly K = 10 samples.
    assert not raises("labels-not-transposed", 6000, 10)
    assert raises("labels-not-transposed", 6000, 100)
    assert raises("labels-not-transposed", 5995, 10)  # the last batch holds 5
    # X: silent only where every batch holds exactly D = 784 samples.
    assert raises("x-not-transposed", 6000, 784)  # the last batch holds 512
    assert not raises("x-not-transposed", 7 * 784, 784)
    assert raises("x-not-transposed", 6000, 10)


def test_every_pair_builds_or_says_why_not():
    for pair in itertools.combinations(BUGS, 2):
        if BUGS[pair[0]].right != BUGS[pair[1]].right:
            assert build(pair).ids == pair
            continue
        with pytest.raises(ValueError) as refused:
            build(pair)
        assert pair[0] in str(refused.value) and pair[1] in str(refused.value)


def test_a_run_with_two_bugs_ends(few):
    """Drawn with a seed; each bug is in some of the pairs."""
    rng, ids = np.random.default_rng(0), list(BUGS)
    pairs = {
        frozenset(pair) for _ in range(4) for pair in zip(ids, rng.permutation(ids), strict=True)
    }
    for pair in sorted(map(sorted, pairs)):
        if len({BUGS[id_].right for id_ in pair}) == 2:
            seen = observe(build(pair), *few, epochs=1, batch_size=50)
            assert isinstance(seen.run, Run) or seen.raised


def test_programs_leave_nothing_behind():
    import gc
    import linecache

    from helpers import bugs

    before = set(linecache.cache)
    for first, second in itertools.islice(itertools.combinations(BUGS, 2), 400):
        try:
            build([first, second])
        except ValueError:
            continue
    gc.collect()
    kept = [name for name in linecache.cache if name.startswith("<soft") and name not in before]
    assert len(kept) <= bugs._build.cache_info().maxsize


def test_the_text_of_a_rebuilt_program_outlives_the_first_one():
    import gc
    import linecache

    from helpers import bugs

    first = build(["argmin"])
    bugs._build.cache_clear()
    second = build(["argmin"])
    name = second.predict.__code__.co_filename
    assert first is not second
    del first
    gc.collect()
    assert "argmin" in "".join(linecache.getlines(name))


def test_the_catalogue_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        helpers.BUGS["new"] = None
