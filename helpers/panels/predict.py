"""A question before its answer: the reader guesses, and sees at once what came."""

from functools import cached_property, partial

from helpers.figures import text_figure, to_png
from helpers.panels.base import Panel, View, paragraph
from helpers.panels.controls import Button, row

_SKIP = "Just show me"


class Predict(Panel):
    """Ask for a guess; one click shows the answer. Nothing waits for it, and nothing scores.

    In the page there is only the question until the reader clicks. The picture and the text for
    viewers without widgets hold the answer too, so that they can be read, and compared by nbval.

    Parameters
    ----------
    question : str
    choices : sequence of str
        Four guesses that a reader might make, as they would be said: "about 12 %".
    answer : callable
        Called without arguments, once; returns what came, as a str.
    because : sequence of str
        One sentence for each choice: why it is fair to think so, and what it misses.

    Raises
    ------
    ValueError
        If there are not four choices, all different, with a sentence each.
    """

    def __init__(self, question, choices, *, answer, because):
        if len(set(choices)) != 4 or len(choices) != 4:
            raise ValueError(f"choices are {tuple(choices)}; wanted four, all different")
        if isinstance(because, str) or len(because) != 4:
            raise ValueError(f"because holds {len(because)}; wanted four sentences, one a choice")
        self.question = question
        self.because = dict(zip(choices, because, strict=True))
        self._find = answer
        self._guessed = None
        buttons = {words: Button(words, partial(self.guess, words)) for words in (*choices, _SKIP)}
        layout = ("question", row(*buttons, label="your guess"), "status")
        super().__init__({}, layout, title="Before you look", buttons=buttons)

    @cached_property
    def answer(self):
        """What came.

        Returns
        -------
        str
        """
        return str(self._find())

    def guess(self, words):
        """Guess, and show what came.

        Parameters
        ----------
        words : str
            One of the choices, or "Just show me".

        Raises
        ------
        KeyError
            If it is neither.
        """
        if words not in self.buttons:
            raise KeyError(f"no choice {words!r}; there are {', '.join(self.buttons)}")
        self._guessed = words
        self.refresh()

    def reset(self):
        """Ask again."""
        self._guessed = None
        self.refresh()

    def view(self):
        texts = {"question": paragraph(self.question)}
        if self._guessed is None:
            return View("", self._static_png, texts=texts)
        came = f"It came: {self.answer}."
        if self._guessed != _SKIP:
            came = f"You said {self._guessed}. {came} {self.because[self._guessed]}"
        return View(came, self._static_png, texts=texts, hidden=tuple(self.buttons))

    def _static_png(self):
        return to_png(text_figure(repr(self).removeprefix("Predict: ")))

    def __repr__(self):
        return f"Predict: {self.question} It came: {self.answer}."
