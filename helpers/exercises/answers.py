"""The answers of readers: run here and nowhere else, and read.

``ask`` calls a function on copies, hears what it prints, and turns whatever happens into one
sentence. A hint is given only where the mistake that it names gives the very values of the answer
(``same``).
"""

import builtins
import contextlib
import functools
import io
import numbers
import traceback
import types

import numpy as np

from helpers.exercises.feedback import (
    NOT_ATTEMPTED,
    Complaint,
    Feedback,
    NotAttempted,
    complain,
    failed,
)


def exercise(check):
    """Make a check of a learner's answer safe to run on anything.

    Parameters
    ----------
    check : callable
        ``check(*answers) -> Feedback``. It may raise ``NotAttempted`` and ``Complaint``.

    Returns
    -------
    callable
    """

    @functools.wraps(check)
    def safe(*answers):
        if all(answer is ... for answer in answers):
            return Feedback(False, NOT_ATTEMPTED)
        try:
            return check(*answers)
        except NotAttempted:
            return Feedback(False, NOT_ATTEMPTED)
        except Complaint as complaint:
            return complaint.feedback
        except (Exception, SystemExit) as error:
            return failed(explain(error) + borrowed(answers[0]))

    return safe


def explain(error):
    """An exception of the learner's code in a sentence or two.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    str
    """
    if isinstance(error, SystemExit):
        return "Your code calls exit(), which would end the notebook's Python. Leave it out."
    text = f"Your code raises {type(error).__name__}: {error}".rstrip(": ")
    inside = [
        frame.line
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.line and "helpers" not in frame.filename and "site-packages" not in frame.filename
    ]
    text += f", at `{inside[-1]}`." if inside else "."
    if isinstance(error, NameError):
        text += (
            " Is it spelt as in the cells above, and have those been run in this session? "
            "(Run > Run All Above Selected Cell.)"
        )
    return text


def ask(function, *arguments, wanted="a function"):
    """Call a learner's function on copies of the arguments.

    Parameters
    ----------
    function : callable
    *arguments
    wanted : str
        What the answer should be, for the complaint about something that is no function.

    Returns
    -------
    object
        What it returns; never ``None`` or ``...``.

    Raises
    ------
    NotAttempted
        If it returns ``...``.
    Complaint
        If it is no function, or returns nothing.
    Exception
        Whatever it raises.
    """
    if not callable(function):
        complain(f"This is {what(function)}; wanted {wanted}.")
    copies = [np.copy(part) if isinstance(part, np.ndarray) else part for part in arguments]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"), _no_exit(function):
        value = function(*copies)
    if value is ...:
        raise NotAttempted
    if value is None:
        if is_stub(function):
            raise NotAttempted
        if printed.getvalue():
            complain("It prints its answer and returns nothing. Write `return` before it instead.")
        complain("It returns nothing, at least for one input. Does each way end in a `return`?")
    return value


def is_stub(function):
    """Whether a function's body is nothing but dots, ``pass`` or a docstring.

    Parameters
    ----------
    function : callable

    Returns
    -------
    bool
    """
    code = getattr(function, "__code__", None)
    return (
        code is not None
        and not code.co_names
        and not code.co_freevars
        and all(constant is None or isinstance(constant, str) for constant in code.co_consts)
    )


@contextlib.contextmanager
def _no_exit(function):
    """In a notebook `exit` does not raise, it asks the kernel to stop; here it raises."""

    def leave(*_):
        raise SystemExit

    space = getattr(function, "__globals__", {})
    kept = {name: space[name] for name in ("exit", "quit") if name in space}
    builtin = {name: getattr(builtins, name, None) for name in ("exit", "quit")}
    space.update(dict.fromkeys(kept, leave))
    for name in builtin:
        setattr(builtins, name, leave)
    try:
        yield
    finally:
        space.update(kept)
        for name, value in builtin.items():
            if value is None:
                delattr(builtins, name)
            else:
                setattr(builtins, name, value)


def as_number(value, wanted="one number"):
    """A learner's value as a float.

    Parameters
    ----------
    value : object
    wanted : str

    Returns
    -------
    float
        Perhaps NaN or infinite.

    Raises
    ------
    Complaint
        If it is not one real number, with what it is instead.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, (bool, np.bool_)):
        complain(f"It is True or False, an answer to a comparison. Wanted is {wanted}.")
    if isinstance(value, str):
        comma = " And Python writes a decimal point." if "," in value else ""
        complain(f"It is the text {value!r}. Wanted is {wanted}, without quotation marks.{comma}")
    if isinstance(value, tuple) and len(value) == 2 and all(type(part) is int for part in value):
        a, b = value
        complain(f"It is the two numbers {a} and {b}. Python writes a decimal point: {a}.{b}.")
    if np.ndim(value) or not isinstance(value, numbers.Real):
        complain(f"It is {what(value)}. Wanted is {wanted}.")
    return float(value)


def as_loss_and_gradients(value):
    """A learner's three values as arrays.

    Parameters
    ----------
    value : object

    Returns
    -------
    tuple of ndarray
        Loss, dW, db, of whatever shapes.

    Raises
    ------
    NotAttempted
        If all are dots still.
    Complaint
        If they are not three, or one is missing.
    """
    if isinstance(value, dict):
        complain("It returns a dict. Wanted are three values: `return loss, dW, db`.")
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        count = f"{len(value)} values" if isinstance(value, (tuple, list)) else "one value"
        complain(f"Your function returns {count}; wanted three, loss, dW, db.")
    if all(part is ... for part in value):
        raise NotAttempted
    for name, part in zip(("the loss", "dW", "db"), value, strict=True):
        if part is ... or part is None:
            complain(f"One part is missing: {name} is still `{'...' if part is ... else 'None'}`.")
    return tuple(np.asarray(part, dtype=float) for part in value)


def what(value):
    """What a value is, in a few words.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple, set, dict)):
        entries = "1 entry" if len(value) == 1 else f"{len(value)} entries"
        return f"a {type(value).__name__} of {entries}"
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
        return "a function, not called"
    if value is None:
        return "None: nothing was returned"
    if isinstance(value, (str, numbers.Number)):
        return repr(value)
    return f"an object of type {type(value).__name__}"


def same(found, wanted):
    """Whether two values, or two lists of values, are the same numbers.

    Parameters
    ----------
    found, wanted : array_like, or list of array_like

    Returns
    -------
    bool
        Loose enough for an answer that was measured by central differences.
    """
    if isinstance(found, (list, tuple)) and isinstance(wanted, (list, tuple)):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    return np.shape(found) == np.shape(wanted) and np.allclose(
        found, wanted, rtol=1e-6, atol=1e-9, equal_nan=True
    )


def first_mistake(found, mistakes):
    """The hint of the first mistake that gives the very values of the answer.

    Parameters
    ----------
    found : list
        The answer at every probe.
    mistakes : iterable of (callable, str)
        The values that the mistake gives, and the hint. One that raises is passed over.

    Returns
    -------
    str
        Empty if none does.
    """
    with np.errstate(all="ignore"):
        for values, hint in mistakes:
            try:
                if same(found, values()):
                    return hint
            except Exception:
                continue
    return ""


def borrowed(function):
    """The notebook's data that a function uses though they are not its arguments, in a sentence.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
        Empty if there are none. Modules, functions and classes are meant to be used.
    """
    code, space = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    names = sorted(
        name
        for name in _global_names(code)
        if isinstance(space.get(name), (np.ndarray, numbers.Number, list, tuple, dict))
        and not isinstance(space.get(name), bool)
    )
    if not names:
        return ""
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    return (
        f" {listed} {'come' if names[1:] else 'comes'} from the notebook, not from your arguments."
    )


def _global_names(code):
    if code is None:
        return set()
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= _global_names(constant)
    return found
