"""Put symptoms into one sentence: what is seen, and where to look."""

import numpy as np


def read(symptoms):
    """Say in words what a run shows and where to look next.

    Parameters
    ----------
    symptoms : Symptoms

    Returns
    -------
    str
        It names observations and a place, never a bug: finding that is the reader's part.
    """
    if symptoms.run is None:
        return (
            f"The program raises {symptoms.raised.rstrip('.')}. "
            "An exception is the kindest symptom: it names a line. Look there, and at what came in."
        )
    seen = [_predictions(symptoms), _loss(symptoms), _gradient(symptoms.probe)]
    return f"{'; '.join(seen)}. {_where_to_look(symptoms)}"


def trend(losses):
    """How a loss curve goes: "not finite", "flat", "rises", "falls" or "wanders".

    Parameters
    ----------
    losses : ndarray, shape (steps,)

    Returns
    -------
    str
    """
    if not np.isfinite(losses).all():
        return "not finite"
    if np.ptp(losses) < 1e-4 * abs(losses[0]):
        return "flat"
    tail, start = _tail(losses), losses[0]
    if abs(tail - start) < 0.01 * abs(start):
        return "wanders"
    return "rises" if tail > start else "falls"


def _tail(losses):
    return np.mean(losses[-max(1, len(losses) // 10) :])


def _predictions(symptoms):
    counts, error = symptoms.counts, 100 * symptoms.run.error
    if symptoms.outcome == "constant":
        return f"Error {error:.2f} %: all {counts.sum()} predictions are class {counts.argmax()}"
    return f"Error {error:.2f} %: {(counts > 0).sum()} of {len(counts)} classes are predicted"


def _loss(symptoms):
    losses, way = symptoms.run.losses, trend(symptoms.run.losses)
    if way == "not finite":
        return f"the loss is not finite from step {symptoms.run.first_non_finite_step} on"
    if way == "flat":
        return f"the loss stays at {losses[0]:.3f}"
    text = f"the loss wanders about {losses[0]:.2f}"
    if way != "wanders":
        text = f"the loss {way} from {losses[0]:.2f} to {_end(losses, way)}"
    if symptoms.first_loss not in ("ln K", "other"):
        text += f" (it starts at {symptoms.first_loss}, where ln K is due)"
    elif symptoms.first_loss == "other" and abs(losses[0] - np.log(symptoms.classes)) > 0.1:
        text += f" (at zero weights it would start at ln K = {np.log(symptoms.classes):.2f})"
    return text


def _end(losses, way):
    """The last loss; where that one batch goes against the trend, the mean of the last tenth."""
    if (losses[-1] > losses[0]) == (way == "rises"):
        return f"{losses[-1]:.3g}"
    return f"{_tail(losses):.3g} on average"


def _gradient(probe):
    if probe.raised:
        return f"the gradient check stops with {probe.raised}"
    if probe.passes:
        return "the gradient check passes"
    ratios = {name: value for name, value in probe.ratios.items() if probe.errors[name] > 1e-6}
    if len(ratios) == 1:
        (name,) = ratios
        return f"the gradient check fails for {name} only"
    if probe.ratio == "not a multiple":
        return "the gradient check fails, and no single factor explains it"
    W, b = (probe.ratios[name] for name in ("W", "b"))
    if not np.isclose(W, b, 1e-5):
        return f"the gradient check gives the ratios {W:.3g} for W and {b:.3g} for b"
    return f"the gradient check gives the ratio {probe.ratio}"


def _where_to_look(symptoms):
    run, probe = symptoms.run, symptoms.probe
    way = trend(run.losses)
    constant = symptoms.outcome == "constant"
    miscounted = abs(run.error - symptoms.recount) > 1e-9
    bias_still = np.abs(run.b).max() < 1e-12 < np.abs(run.W).max()
    clues = [
        (
            probe.changed,
            f"It writes into {' and '.join(probe.changed)}: look for an in-place line.",
        ),
        (probe.raised, "Look at the shape of each gradient."),
        (probe.ratio == "-1" and run.losses[0] < 0, "A loss below 0 has lost its minus."),
        (
            probe.ratio == "-1" and way == "falls",
            "Loss and gradient disagree by a sign, and yet the loss falls: a second sign is wrong.",
        ),
        (probe.ratio == "-1", "Loss and gradient disagree by a sign: look at the residual."),
        (not probe.passes and probe.ratio in ("N", "1/N", "N/K"), "Look at what is divided by N."),
        (
            symptoms.first_loss in ("ln B", "ln(BK)"),
            "The first loss names the axis: look at the sums in softmax.",
        ),
        (not probe.passes, "Look at the gradient line by line."),
        (way == "not finite", "Something overflowed: look at exp, and at what grew so large."),
        (
            miscounted,
            f"Counted afresh the error is {100 * symptoms.recount:.2f} %: look at the metric.",
        ),
        (
            way == "rises",
            "The gradient is right and the loss rises: "
            "look at the update and its rate, then the data.",
        ),
        (way == "flat", "Right gradients and no movement: look at whether the update is kept."),
        (
            way == "falls" and constant,
            "It learns and the answer is constant: look at what is evaluated.",
        ),
        (
            symptoms.outcome == "below chance",
            "Worse than guessing is information: look at labels and argmax.",
        ),
        (
            run.losses[0] > 2 * np.log(symptoms.classes),
            "The first loss is too high: look at the start.",
        ),
        (
            symptoms.outcome == "near chance",
            "Look at the data: do images and labels belong together?",
        ),
        (
            run.error > 0.15,
            "Right gradients, too high an error: look at the rate and at the batches.",
        ),
        (not probe.large_logits, "At large logits it is not finite: look at exp and log."),
        (bias_still, "The bias never moved: look at db and its update."),
    ]
    return next((text for clue, text in clues if clue), "Nothing wrong is seen here.")
