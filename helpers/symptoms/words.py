"""Put symptoms into one sentence: what is seen, and where to look."""

import numpy as np

from helpers.symptoms.names import late_mean, name_trend
from helpers.symptoms.places import seen_in, where_to_look


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
    where = where_to_look(seen_in(symptoms))
    if symptoms.run is None:
        return f"The program raises {symptoms.raised.rstrip('.')}. {where}"
    parts = [_predictions(symptoms), _loss(symptoms), _gradient(symptoms.probe)]
    return f"{'; '.join(parts)}. {where}"


def _predictions(symptoms):
    counts, error = symptoms.counts, 100 * symptoms.run.error
    if symptoms.tied:
        return f"Error {error:.2f} %: the scores of the classes tie, and rounding chooses a class"
    if symptoms.outcome == "constant":
        return f"Error {error:.2f} %: all {counts.sum()} predictions are class {counts.argmax()}"
    return f"Error {error:.2f} %: {(counts > 0).sum()} of {len(counts)} classes are predicted"


def _loss(symptoms):
    losses, way = symptoms.run.losses, name_trend(symptoms.run.losses)
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
    return f"{late_mean(losses):.3g} on average"


def _gradient(probe):
    if probe.raised:
        return f"the gradient check stops with {probe.raised}"
    if probe.passes:
        return "the gradient check passes"
    ratios = {name: value for name, value in probe.ratios.items() if probe.errors[name] > 1e-6}
    if len(ratios) == 1:
        (name,) = ratios
        return f"the gradient check fails for {name} only"
    if probe.ratio == "no slope":
        return "the gradient check fails: where it looks the loss has no slope at all"
    if probe.ratio == "not a multiple":
        return "the gradient check fails, and no single factor explains it"
    W, b = (probe.ratios[name] for name in ("W", "b"))
    if not np.isclose(W, b, 1e-5):
        return f"the gradient check gives the ratios {W:.3g} for W and {b:.3g} for b"
    return f"the gradient check gives the ratio {probe.ratio}"
