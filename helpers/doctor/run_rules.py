"""What symptoms point to: each rule looks at the facts of a run for one thing.

A rule is ``rule(facts) -> None`` or ``(suspects, sentences)``, with a factor as a third where there
is one; suspects are ids of the catalogue, the likeliest first. The first rule that fires decides.
"""

import numpy as np

from helpers.doctor.diagnosis import Factor


def wrong_length(facts):
    if len(facts.predicted) == len(facts.labels):
        return None
    return ["argmax-over-batch"], [
        f"{len(facts.predicted)} predictions for {len(facts.labels)} samples: one a class, not one "
        "a sample. argmax runs over the samples (argmax-over-batch): use argmax(axis=1)."
    ]


def wrong_metric(facts):
    """The reported error is not that of the predictions."""
    reported, error = facts.reported, facts.error
    if reported is None or abs(reported - error) < max(6e-4, 0.6 / len(facts.labels)):
        return None
    start = f"Reported error {reported:.2%}, the predictions give {error:.2%}: the metric is wrong"
    table = _table_error(facts)
    ways = [
        (table, "metric-broadcast", "it is the mean over an n x n table, (n,) against (n, 1): "
         "compare their shapes (metric-broadcast)"),
        (2 * error / facts.classes, "metric-one-hot", "it is 2/K of the true one: one-hot entries "
         "are compared, not rows (metric-one-hot)"),
        (1 - error, None, "it is 1 minus the error, the accuracy"),
        (1 - 1 / facts.classes, "metric-broadcast", "it is chance: look for a comparison of (n,) "
         "with (n, 1), or for weights other than the trained ones (metric-broadcast)"),
    ]  # fmt: skip
    for value, bug, sentence in ways:
        if abs(reported - value) < 6e-4:
            return [bug] if bug else [], [f"{start}; {sentence}."]
    suspects = ["metric-broadcast", "metric-one-hot"]
    if reported < error:
        suspects.reverse()
    return suspects, [f"{start}. Print the shapes that are compared; count the wrong ones by hand."]


def _table_error(facts):
    """The mean of predictions[:, None] != labels, over all pairs."""
    K = max(facts.classes, int(facts.predicted.max()) + 1)
    n = len(facts.labels)
    hits = np.bincount(facts.predicted, minlength=K) @ np.bincount(facts.labels, minlength=K)
    return 1 - float(hits) / n**2


def _not_finite(facts):
    step = facts.first_bad
    if step is None:
        return None
    start = f"The loss is not finite from step {step} on"
    if facts.outcome == "learns":
        return ["log-of-softmax", "no-shift"], [
            f"{start}, yet the predictions are fine: the logarithm of a probability that rounds to "
            "0 (log-of-softmax). Compute log P from the logits, as shifted - log(sum(exp))."
        ]
    known = facts.finite
    if step <= 12:
        return ["naive-softmax", "raw-pixels", "sum-for-mean"], [
            f"{start}, so soon: exp overflows (naive-softmax), fed by pixels 0 to 255 (raw-pixels) "
            "or by steps too long (sum-for-mean). Print X.max(); subtract each row's maximum."
        ]
    if len(known) > 1 and known[-1] > 1.5 * known[0]:
        return ["wrong-sign", "ascent", "naive-softmax"], [
            f"{start}, after rising to {known[-1]:.3g}: each step goes uphill (wrong-sign or "
            "ascent) until exp overflows (naive-softmax). A gradient check tells: ratio -1 means "
            "wrong-sign; if it passes, the update is to blame. argmax of NaN is class 0."
        ]
    return ["naive-softmax", "log-of-softmax", "raw-pixels"], [
        f"{start}: exp without the row's maximum subtracted (naive-softmax) or log 0 "
        "(log-of-softmax). Print the largest logit at that step: is it past 709?"
    ]


def _wrong_start(facts):
    """A first loss that names what is wrong. None of these hides the other symptoms."""
    name, B = facts.first_loss
    first = facts.losses[0]
    texts = {
        "-ln K": (["loss-without-minus"], f"The first loss {first:.4g} is -ln K: the minus is lost "
                  "(loss-without-minus). Look whether the gradients have theirs."),
        "-B ln K": (["loss-without-minus", "summed-loss"], f"The first loss is -{B} ln K: the "
                    "log-likelihood, summed over the batch. Minimise its negative."),
        "B ln K": (["summed-loss"], f"The first loss is {B} ln K: summed over {B} samples, not "
                   "averaged (summed-loss). Check that the gradient is summed alike, or neither."),
        "log10 K": (["log-base-ten"], f"The first loss {first:.4g} is log10 K, not ln K: a "
                    "logarithm to base 10 (log-base-ten)."),
        "log2 K": ([], f"The first loss {first:.4g} is log2 K, not ln K: the loss is in bits, and "
                   "its gradient needs the factor 1/ln 2."),
        "ln K / K": ([], f"The first loss {first:.4g} is (ln K) / K: a mean over all N x K "
                     "entries, where the sum over classes and the mean over samples is due."),
        "ln B": (["softmax-over-batch", "softmax-over-all"], f"The first loss is ln {B}, not ln K: "
                 f"with a batch of {B}, softmax runs over the samples (softmax-over-batch). Print "
                 "P.sum(axis=1): it should be all ones."),
        "ln(BK)": (["softmax-over-all", "softmax-over-batch"], f"The first loss is ln({B} x "
                   f"{facts.classes}): with a batch of {B}, softmax runs over the whole batch "
                   "(softmax-over-all). Print P.sum(axis=1): it should be all ones."),
    }  # fmt: skip
    if name not in texts:
        return None
    suspects, sentence = texts[name]
    factor = {"B ln K": Factor(max(B, 1), "N"), "-ln K": Factor(-1, "-1")}.get(name)
    return suspects, [sentence], factor


def _wild_start(facts):
    first, due = facts.losses[0], np.log(facts.classes)
    if facts.first_loss[0] != "other" or first < 1.6 * due:
        return None
    return ["large-random-start", "raw-pixels"], [
        f"The first loss {first:.4g} is far above ln K: a large random start (large-random-start), "
        "or inputs far from 0 to 1 (raw-pixels). Print W.std() and X.max() before the first step."
    ]


def _flat(facts):
    """The loss does not move at all."""
    if len(facts.losses) < 3 or np.ptp(facts.losses) > 2e-5 * abs(facts.losses[0]):
        return None
    return ["update-dropped", "integer-weights", "rate-too-small"], [
        "The loss is flat to the last digits: nothing is updated (update-dropped), weights are cut "
        "to integers (integer-weights), or the rate is 0. Print W after one step, and W.dtype: W "
        "unchanged with an integer type means the second."
    ]


def _uphill(facts):
    """The loss ends far above where it began."""
    losses, K = facts.losses, facts.classes
    top = max(losses[0], np.log(K))
    if len(losses) < 3 or facts.late < 1.5 * top:
        return None
    early = losses[1 : max(3, len(losses) // 12)].max()
    if facts.outcome == "learns":
        if early > 3 * top:
            return _long_steps(facts, early)
        return ["decay-sign", "sum-for-mean", "raw-pixels"], [
            "The loss rises without bound while the predictions stay fair: the weights are blown "
            "up, as by weight decay of the wrong sign (decay-sign). Set the decay to 0 and run "
            "again: if the loss falls, that is it; if not, the steps are too long."
        ]
    if early > 30 * top and facts.outcome != "constant":
        return _long_steps(facts, early)
    order = ["wrong-sign", "ascent", "logits-for-probabilities"]
    if losses[-1] > 1e6 * top:
        order = [order[2], *order[:2]]
    return order, [
        f"The loss rises, to {losses[-1]:.3g}: each step goes uphill (wrong-sign or ascent). A "
        "gradient check tells them apart: ratio -1 means the gradient has the wrong sign; if it "
        "passes, the update adds where it should subtract. If the loss explodes by factors, the "
        "residual may hold logits."
    ]


def _long_steps(facts, early):
    raw = early > 200 * facts.losses[0]
    order = ["raw-pixels", "sum-for-mean"] if raw else ["sum-for-mean", "raw-pixels"]
    return order, [
        f"The loss leaps to {early:.4g} within the first steps: steps far too long. Pixels 0 to "
        "255 (raw-pixels) or a summed gradient (sum-for-mean)? Print X.max(); then divide the "
        "rate by the batch size."
    ]


def _leaps(facts):
    losses = facts.losses
    if len(losses) < 4 or facts.outcome == "constant":
        return None
    early = losses[1 : max(4, len(losses) // 6)].max()
    return _long_steps(facts, early) if early > 4 * max(losses[0], 0.1) else None


def _negative(facts):
    if facts.losses.min() >= -1e-9:
        return None
    return ["labels-overwritten", "loss-without-minus"], [
        f"The loss falls below 0, to {facts.losses.min():.3g}, which a cross-entropy cannot: "
        "labels that are no longer 0 and 1 (labels-overwritten), or a lost minus "
        "(loss-without-minus). Print the labels after one step."
    ]


def _sawtooth(facts):
    losses, due = facts.losses, np.log(facts.classes)
    if len(losses) < 20 or facts.error < 0.25:
        return None
    head = losses[: max(10, len(losses) // 10)]
    low = np.mean(losses < 0.25 * due)
    if head.min() < 0.2 * due and losses[10:].max() > 1.2 * due and low > 0.2:
        return ["not-shuffled"], [
            "The loss is a sawtooth: near 0 within a stretch, then a leap. Batches of one class "
            "come in turn (not-shuffled). Print the labels of the first batches; shuffle once an "
            "epoch."
        ]
    return None


def _stairs(facts):
    """Smooth falls with leaps at equal distances: one batch an epoch."""
    losses = facts.losses
    rises = np.flatnonzero(np.diff(losses) > 1e-12)
    if len(losses) < 12 or len(rises) < 2 or len(rises) > len(losses) / 4:
        return None
    if len(set(np.diff(rises).tolist())) == 1 and np.diff(rises)[0] > 2:
        return ["first-batch-only"], [
            f"The loss falls without any noise and leaps every {np.diff(rises)[0]} steps: one "
            "batch is used again and again within an epoch (first-batch-only). Print the batch's "
            "indices in two steps."
        ]
    return None


def _falls(facts):
    return facts.late < 0.75 * facts.losses[0]


def _constant(facts):
    if facts.outcome != "constant":
        return None
    k = facts.constant
    if _falls(facts):
        return ["start-evaluated", "first-batch-only", "metric-broadcast"], [
            f"The loss falls, yet class {k} is all that is predicted: other weights are evaluated "
            "than were trained (start-evaluated; ties give class 0), or the batch never changes "
            "(first-batch-only). Print W.std() where you predict."
        ]
    return ["wrong-sign", "ascent", "update-dropped"], [
        f"One class, {k}, for everything: the error is exactly that of a constant. Uphill steps "
        "(wrong-sign, ascent) or none at all (update-dropped)? Take ten steps on one batch: the "
        "loss rises, or stays."
    ]


def _below_chance(facts):
    if facts.outcome != "below chance":
        return None
    shift = _relabelled(facts)
    if shift and _falls(facts):
        return ["labels-off-by-one", "argmin"], [
            f"Most predictions are the true class {shift:+d}: the training labels are off by one "
            "(labels-off-by-one). Print a few images beside their training labels."
        ]
    if _falls(facts):
        return ["argmin", "labels-off-by-one"], [
            "The training loss falls as it should and the error is near 100 %: the least probable "
            "class is predicted (argmin), or labels are permuted (labels-off-by-one). Evaluate on "
            "the training set by argmax of P."
        ]
    if facts.late > 1.1 * facts.losses[0]:
        return ["wrong-sign", "ascent", "wrapped-bytes"], [
            "Worse than any guess and a loss that rises: steps uphill on inputs of both signs "
            "(wrong-sign, ascent), or training inputs unlike the test's (wrapped-bytes). Check the "
            "gradient, then X.min() and X.max() of both sets."
        ]
    return ["wrong-sign", "ascent", "argmin", "labels-off-by-one"], [
        "Worse than any guess: something is learnt and turned round. Check the gradient's sign "
        "(ratio -1?), the update's, then argmin and the labels."
    ]


def _relabelled(facts):
    """+1 or -1 if most predictions are the true class moved by one, else 0."""
    K = facts.classes
    for shift in (1, -1):
        if ((facts.labels + shift) % K == facts.predicted).mean() > 0.5:
            return shift
    return 0


def _near_chance(facts):
    if facts.outcome != "near chance":
        return None
    if _falls(facts):
        return ["wrapped-bytes", "shuffled-apart", "metric-broadcast", "not-shuffled"], [
            "The training loss falls and the predictions are near chance: training and test "
            "differ. Inputs scaled otherwise (wrapped-bytes), or test labels in another order "
            "(shuffled-apart)? Evaluate on the training set: if that is good, it is the test data."
        ]
    wild = facts.losses.max() > 1.25 * facts.losses[0]
    moved = facts.losses[0] - facts.late > 0.015 * facts.losses[0]
    if moved and not wild:
        return ["update-assigned", "rate-too-small", "divided-twice"], [
            "The loss moves a little and no further: each step forgets the last (update-assigned), "
            "or steps are too short (rate-too-small, divided-twice). Take a rate 100 times "
            "larger: only short steps are cured."
        ]
    suspects = ["shuffled-apart", "labels-reshaped", "labels-not-transposed", "x-reshaped"]
    if wild:
        suspects = ["labels-not-transposed", "wrapped-bytes", "labels-reshaped", "shuffled-apart"]
    return suspects, [
        "Several classes, near chance, and a loss that hovers about ln K: images and labels do not "
        "belong together. Shuffled apart (shuffled-apart), reshaped where a transpose is due "
        "(labels-reshaped, x-reshaped), or not transposed? Check that each row of Y holds one 1, "
        "then ten images beside their labels."
    ]


def _slow(facts):
    """It learns, and the loss says that it hardly does."""
    due = np.log(facts.classes)
    if facts.outcome != "learns" or facts.late < 0.6 * due or len(facts.losses) < 3:
        return None
    if facts.losses[0] - facts.late > 0.004 * due * len(facts.losses):
        return None  # a short run, well on its way
    floor = np.log(1 + (facts.classes - 1) / np.e)
    if facts.losses.min() >= floor and facts.late < floor + 0.35 * (due - floor):
        return ["softmax-twice", "divided-twice", "rate-too-small"], [
            f"The predictions are fair and the loss stays above {floor:.3f} = ln(1 + (K-1)/e), the "
            "floor of a softmax applied twice (softmax-twice). Overfit ten samples: a right "
            "program goes to 0."
        ]
    return ["rate-too-small", "divided-twice", "update-assigned", "softmax-twice"], [
        f"Fair predictions, and a loss that still stands at {facts.late:.3g}: steps too short "
        "(rate-too-small, divided-twice). Take a rate 100 times larger; check the gradient's "
        "ratio: 1/N means divided-twice."
    ]


RULES = (
    wrong_length, _not_finite, _wrong_start, _wild_start, _flat, _negative, _leaps, _uphill,
    _sawtooth, wrong_metric, _constant, _below_chance, _near_chance, _stairs, _slow,
)  # fmt: skip
KNOWN = frozenset({
    "wrong-sign", "ascent", "labels-not-transposed", "x-not-transposed", "loss-without-minus",
    "bias-ascends", "labels-reshaped", "x-reshaped", "gradient-transposed", "keepdims-dropped",
    "softmax-over-batch", "softmax-over-all", "bias-over-classes", "dead-bias",
    "argmax-over-batch", "diagonal-jacobian", "squared-error", "logits-for-probabilities",
    "sigmoid", "softmax-twice", "log-base-ten", "sum-for-mean", "divided-twice",
    "divided-by-classes", "summed-loss", "rate-too-small", "naive-softmax", "no-shift",
    "one-max-for-all", "log-of-softmax", "integer-weights", "raw-pixels", "wrapped-bytes",
    "shuffled-apart", "labels-off-by-one", "first-batch-only", "not-shuffled", "update-dropped",
    "update-assigned", "bias-frozen", "decay-sign", "labels-overwritten", "large-random-start",
    "start-evaluated", "argmin", "bias-left-out", "metric-broadcast", "metric-one-hot",
})  # fmt: skip
