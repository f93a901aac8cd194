"""What a gradient check found, and what it says."""

from dataclasses import dataclass

import numpy as np

from helpers.gradient_check.slopes import default_step, default_tolerance

BELONGS, WRONG, NOISY = "belongs", "does not belong", "too noisy to tell"

# The rounding noise of a difference, in units of eps / step; of the complex step, in units of eps.
_NOISE = 30
_NAMES = ("W", "b")


@dataclass(frozen=True, eq=False)
class GradientReport:
    """What a gradient check found. Every dictionary has the keys ``"W"`` and ``"b"``.

    Attributes
    ----------
    errors : dict of float
        Largest ``|analytic - numeric|`` of any entry, over the Euclidean norm of that parameter's
        numeric gradient. If that norm is 0: 0 where the analytic gradient is 0 too, else infinity.
    ratios : dict of float
        Analytic over numeric gradient, by projection: ``<a, n> / <n, n>``. 1 if right; -1, N, 1/N
        name the mistake. NaN if the numeric gradient is 0.
    cosines : dict of float
        Cosine of the angle between the two. 1 or -1 if one is a multiple of the other: a factor is
        wrong and no more. NaN if one of them is 0.
    analytic, numeric : dict of ndarray
        The two gradients, (D, K) and (K,).
    loss : float
        The loss at the point.
    method : str
        One of ``METHODS``.
    step : float
        How far each entry was moved.
    dtype : numpy.dtype
        The type of W.
    changed : tuple of str
        Names of the arguments that the function wrote into. The check works on copies and is not
        misled, but a caller would be.
    uncertainty : float
        How far a numeric slope may be from the true one, by rounding and by the method's own error.
    repeats : bool
        Whether a second call with the same arguments gave the same.
    """

    errors: dict
    ratios: dict
    cosines: dict
    analytic: dict
    numeric: dict
    loss: float
    method: str
    step: float
    dtype: np.dtype
    changed: tuple
    uncertainty: float = 0.0
    repeats: bool = True

    @property
    def max_error(self):
        """The larger of the two errors; NaN if either is NaN."""
        return float(np.max(list(self.errors.values())))

    def verdict(self, tolerance=None):
        """Whether the gradients belong to the loss.

        Parameters
        ----------
        tolerance : float, optional
            The relative error that is let pass. Default: ``default_tolerance``, which is 1e-7 for
            "central" and "complex-step" in float64.

        Returns
        -------
        str
            "belongs": for W and for b the error is within the tolerance, or both gradients are 0
            but for rounding. "does not belong": an error is larger, and larger than what rounding
            and the method explain. "too noisy to tell": it is larger, and they explain it; or the
            function does not repeat itself.
        """
        tolerance = default_tolerance(self.method, self.dtype) if tolerance is None else tolerance
        if not self.repeats:
            return NOISY
        verdicts = {self._verdict(name, tolerance) for name in _NAMES}
        return next(v for v in (WRONG, NOISY, BELONGS) if v in verdicts)

    def _verdict(self, name, tolerance):
        if self.errors[name] <= tolerance:
            return BELONGS
        if np.isnan(self.errors[name]) or not np.isfinite(self.uncertainty):
            return WRONG
        analytic, numeric = self.analytic[name], self.numeric[name]
        whole = np.hypot(*(np.linalg.norm(self.numeric[n]) for n in _NAMES))
        if (
            max(np.abs(analytic).max(), np.abs(numeric).max()) <= self.uncertainty
            and self.uncertainty <= tolerance * whole
        ):
            return BELONGS
        return NOISY if np.abs(analytic - numeric).max() <= self.uncertainty else WRONG

    def passed(self, tolerance=None):
        """Whether the verdict is "belongs". NaN never passes, nor does what is too noisy to tell.

        Parameters
        ----------
        tolerance : float, optional
            As in ``verdict``.

        Returns
        -------
        bool
        """
        return self.verdict(tolerance) == BELONGS

    def __str__(self):
        """Five lines or more, meant to read the same on every machine.

        Digits that are rounding noise are left out: at most three significant digits, an error
        below the noise of the method as a bound, a ratio or cosine below it as 0, and "noise" where
        the slope itself is no larger.
        """
        noise = _NOISE * np.finfo(self.dtype).eps
        noise /= 1.0 if self.method == "complex-step" else self.step
        noise = 10.0 ** np.ceil(np.log10(noise))
        rows = [
            (f"{self.method}, step {self.step:.2e}", _NAMES),
            ("largest error", [self._text(_error_text, self.errors, p, noise) for p in _NAMES]),
            ("ratio", [self._text(_number_text, self.ratios, p, noise) for p in _NAMES]),
            ("cosine", [self._text(_number_text, self.cosines, p, noise) for p in _NAMES]),
        ]
        width = max(len(title) for title, _ in rows)
        lines = [f"{title:<{width}}  {w:>10}  {b:>10}" for title, (w, b) in rows]
        lines.append(self.in_words())
        if self.changed:
            lines.append(f"The function wrote into {', '.join(self.changed)}.")
        return "\n".join(lines)

    def _text(self, write, numbers, name, noise):
        """A number in digits, or "noise" where the slope itself is no more than that."""
        norm = np.linalg.norm(self.numeric[name])
        drowned = 0 < norm <= self.uncertainty < np.inf
        if np.isfinite(numbers[name]) and (drowned or noise > 0.1):
            return "noise"
        return write(numbers[name], noise)

    def in_words(self):
        """The verdict in a sentence; where it is too noisy to tell, with what to change.

        Returns
        -------
        str
        """
        verdict = self.verdict()
        if verdict == BELONGS:
            return "The gradients belong to the loss."
        if verdict == WRONG:
            wrong = [f"d{n}" for n in _NAMES if not self.errors[n] <= self._tolerance]
            does = "do" if len(wrong) > 1 else "does"
            return f"{' and '.join(wrong)} {does} not belong to the loss."
        return f"Too noisy to tell: {self._advice()}"

    @property
    def _tolerance(self):
        return default_tolerance(self.method, self.dtype)

    def _advice(self):
        best = default_step(self.method, self.dtype)
        if not self.repeats:
            return "called again, the function gives another answer. Draw with a fixed seed."
        if self.method != "complex-step" and not best / 10 < self.step < 10 * best:
            size = "small that rounding" if self.step < best else "large that the loss bends and"
            drowns = "drowns the slope" if self.step < best else "hides the slope"
            return f"the step is so {size} {drowns}. Take step={best:.0e}."
        due = np.finfo(self.dtype).eps * max(abs(self.loss), 1e-300)
        due /= 1 if self.method == "complex-step" else self.step
        if self.uncertainty > 1e5 * due:
            return "the loss has fewer digits than W. Compute it in float64 throughout."
        return "a slope is 0 here, but for rounding. Check at another point: another seed."


def _error_text(error, noise):
    return f"< {noise:.0e}" if error < noise else _number_text(error, noise)


def _number_text(number, noise):
    digits = min(max(round(-np.log10(noise)), 1), 3)
    return f"{0.0 if abs(number) < noise else number:#.{digits}g}".rstrip(".")
