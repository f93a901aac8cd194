"""Which role a name speaks of: W, b, X, Y, rate, reg, N, K, D, ..."""

import re
from functools import lru_cache

# A whole name first, then its words; earlier rows win.
_WHOLE = {
    "W": "w ws wt wts theta thetas w1 kernel",
    "b": "b b1 b0 bias biases intercept",
    "X": "x xs xb xi",
    "Y": "y ys yb yi t",
    "rate": "lr eta alpha rate",
    "reg": "lam lamb lambd lambda lmbda lmbd reg l2 wd",
    "N": "n m bs batch",
    "K": "k c",
    "D": "d",
}
_WORDS = {
    "K": "classes nclasses numclasses nclass outputs outdim labelcount",
    "D": "inputsize dims dim ninputs inputdim nfeatures numfeatures",
    "N": "batchsize count nsamples numsamples numexamples nsample batch minibatch",
    "epochs": "epochs epoch iterations iters niter niters steps maxiter numiters",
    "reg": "lam lambda lambd lmbda reg regularization regularizer regularisation decay weightdecay "
    "l2 strength penalty regstrength ridge tikhonov shrinkage",
    "rate": "lr learningrate rate alpha eta stepsize",
    "Y": "labels label targets target truth gt onehot hot classlabels answers tags digits y yt "
    "ytrue digit t ytrain ybatch ytr yhot",
    "b": "bias biases intercept intercepts offset offsets",
    "W": "weights weight theta thetas coef coefs coefficients kernel wts w parameters params",
    "X": "data images image features feats inputs input samples sample examples pixels img imgs "
    "x feature xtrain xbatch observations design rows points batchx xtr",
}
_STATE_NAMES = (
    "v vw m mw s sw velocity velw vel momentumw cachew rw cache accumulator accum sumsq hist "
    "h hw gw2 eg sqgrad gradsquared velocityw"
)
_STATE = frozenset(_STATE_NAMES.split())
_STATE_OF_B = {"vb", "mb", "sb", "velb", "velocityb", "momentumb", "cacheb", "rb"}
_SIZE = {"num", "n", "number", "nb", "count", "size", "len"}
_KNOWN = {name: role for role, names in _WHOLE.items() for name in names.split()}
_TOKENS = {word: role for role, words in _WORDS.items() for word in words.split()}
_ORDER = tuple(_WORDS)


def words_of(name):
    """The words of a name in snake or camel case, in lower case: numClasses is num, classes."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().strip("_").split("_")


@lru_cache(maxsize=1000)
def role_of(name):
    """The role that a parameter's name speaks of.

    Parameters
    ----------
    name : str

    Returns
    -------
    role : str
        "" if it speaks of none.
    certain : bool
        Whether the whole name is a usual one.
    """
    words = words_of(name)
    joined = "".join(words)
    if joined in _STATE_OF_B or joined in _STATE - {"m", "s", "h"}:
        return ("velocity of b" if joined in _STATE_OF_B else "velocity"), True
    if joined in _KNOWN:
        return _KNOWN[joined], True
    if joined in _TOKENS:
        return _TOKENS[joined], True
    bare = joined.rstrip("0123456789")  # lambda1, alpha2
    if bare != joined and _KNOWN.get(bare, _TOKENS.get(bare)) in ("rate", "reg"):
        return role_of(bare)[0], False
    if words[0] in _SIZE and len(words) > 1:
        inner, _ = role_of("_".join(words[1:]))
        return {"X": "N", "Y": "K", "D": "D", "K": "K", "N": "N"}.get(inner, ""), False
    if words[-1] in _SIZE and len(words) > 1:
        inner, _ = role_of("_".join(words[:-1]))
        return {"X": "D", "Y": "K", "N": "N", "rate": "rate", "D": "D"}.get(inner, ""), False
    roles = [_TOKENS.get(word, "") for word in words]
    if "hot" in words and "one" in words:
        return "Y", False
    for role in _ORDER:
        if role in roles:
            return role, False
    return next((_KNOWN[w] for w in words if w in _KNOWN), ""), False


# What authors say of their conventions, in comments and docstrings.
_COMMENT = re.compile(r"#[^\n]*|\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}")
_LAST_CLASS = (
    r"(?:[kc]\b|10\b|(?:n|num|number)_?(?:class|label|categor)|(?:the )?number of (?:class|label))"
)
_BIAS = r"\b(?:bias|intercept)\w*\b[^.\n]{0,16}\b"
_SAID = {
    "labels from 1": r"\b(?:labels?|class\w*|digits?|y)\b[^.\n]{0,20}"
    r"\b(?:from|at|with)\s+(?:1|one)\b|\b(?:1|one)[- ](?:based|indexed)\b|\b1\s*[-–]\s*10\b|"
    r"\b1\s*(?:\.{2,}|…|to|through|,\s*(?:2\s*,\s*)?\.+\s*,?)\s*" + _LAST_CLASS,
    "labels moved": r"\b(?:0|zero)[- ](?:based|indexed)\b|\bto (?:0|zero)\b|\b0\s*\.\.|->|\bshift|"
    r"\bsubtract|\bmatlab\b|\boctave\b",
    "one sample": r"\bx\b[\s:=a-z]{0,20}\(\s*\w+\s*,\s*1\s*\)",
    "bias first": _BIAS + r"(?:(?:row|column|col)\s*0|first\s+(?:row|col))",
    "bias last": _BIAS + r"(?:(?:row|column|col)\s*-1|last\s+(?:row|col))",
}


def said_in(text):
    """The conventions that comments and docstrings of a text speak of: keys of ``_SAID``."""
    comments = "\n".join(_COMMENT.findall(text))
    return frozenset(key for key, said in _SAID.items() if re.search(said, comments, re.I))


def is_likelihood(name):
    """Whether a name is a log-likelihood's, which is to be made large."""
    joined = "".join(words_of(name))
    return bool(re.fullmatch(r"ll|(log)?(lik|like|likelihood)", joined))


_LOSS = {
    "loss",
    "cost",
    "j",
    "l",
    "objective",
    "ce",
    "crossentropy",
    "nll",
    "error",
    "value",
    "obj",
    "total",
    "data",
    "mean",
    "loglikelihood",
    "ll",
    "err",
    "xent",
    "likelihood",
    "costs",
    "losses",
}
_AFFIXES = re.compile(
    r"^(dl_?d|dj_?d|dloss_?d?|nabla_?|gradients?_?|grads?_?|delta_?|new_?|updated_?|g_?|d_?)|"
    r"(_?gradients?|_?grads?|_?new|_?out|_?next|_?[01])$"
)
_WEIGHTS = {
    "w",
    "weight",
    "weights",
    "theta",
    "thetas",
    "wts",
    "kernel",
    "coef",
    "beta",
    "matrix",
    "weight_matrix",
    "params",
}
_BIAS = {"b", "bias", "biases", "intercept", "c", "offset", "offsets", "bias_vector"}


def part_of(key):
    """What a returned part's name or a dictionary's key speaks of.

    Parameters
    ----------
    key : object

    Returns
    -------
    str
        "loss", "W", "b" or "".
    """
    return _part_of(str(key))


@lru_cache(maxsize=1000)
def _part_of(key):
    name = key.lower().strip("_")
    if set(re.split(r"[^a-z]+", name)) <= _LOSS | {""} and re.search("[a-z]", name):
        return "loss"
    for _ in range(3):
        if name in _WEIGHTS:
            return "W"
        if name in _BIAS:
            return "b"
        name = _AFFIXES.sub("", name)
    return ""


_GRADIENT = ("d", "grad", "gradient", "g", "nabla")


def is_gradient(name):
    """Whether a name may be a gradient's: ``dW``, ``grad_b``. ``part_of`` says of what.

    Parameters
    ----------
    name : object

    Returns
    -------
    bool
    """
    name = str(name).lower().strip("_")
    if name.endswith(("_grad", "_grads", "_gradient")) or name in ("grad", "grads", "gradients"):
        return True
    return any(name.startswith(prefix) and len(name) > len(prefix) for prefix in _GRADIENT)
