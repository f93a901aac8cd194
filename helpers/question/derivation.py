r"""The question's derivation, line by line, each line a loop that can be run.

Source: math.stackexchange.com, question 2742660. This module keeps the question's own notation, so
it differs from the rest of the course in two places:

- ``Y`` is (K, N): one *column* a sample. Its entry in row r and column i is 1 if sample i has
  label r. The program keeps one row a sample, so pass ``Y.T`` of the program's labels.
- L is the log-likelihood, <= 0, with no minus and no mean. It equals -N times the program's loss,
  so every gradient here is -N times the program's.

``X`` is (N, D), one row a sample; ``W`` is (D, K); ``b`` is (K,). Three habits of the question that
it does not spell out:

- X_i is the i-th *row* of X, but W_r is the r-th *column* of W and Y_i the i-th *column* of Y.
- Indices count from 1. ``row``, ``column`` and ``entry`` do the shift by one, so that the loops
  below read as the formulas do: i runs over 1 to N.
- From line (2) on, each column of Y sums to 1. Without that, lines (2) and below are wrong.

Each line is a function ``(W, b, X, Y, n, r)`` or, for b, ``(W, b, X, Y, r)`` that returns one
number: that line's value for the entry (n, r) of the gradient of L by W, or the entry r of the
gradient by b. Lines that still say "d/dw of an expression" differentiate that very expression, by
complex step (``d_dw``). ``exp`` stands here without the max shift, as in the question: keep logits
between about -700 and 700.
"""

import inspect

import numpy as np

# A power of two, so that dividing by it rounds nothing. Its square vanishes beside 1.
COMPLEX_STEP = 2.0**-100


# ---- Indices that start at 1 --------------------------------------------------------------------


def one_to(count):
    """The indices 1, 2, ..., ``count`` of a sum."""
    return range(1, count + 1)


def row(A, i):
    """Row i of the matrix A, counted from 1."""
    return A[_position(i, A.shape[0])]


def column(A, j):
    """Column j of the matrix A, counted from 1."""
    return A[:, _position(j, A.shape[1])]


def entry(A, *indices):
    """Entry (i, j) of the matrix A, or entry i of the vector A, counted from 1."""
    return A[tuple(_position(index, size) for index, size in zip(indices, A.shape, strict=True))]


def _position(index, size):
    # Without this check index 0 would quietly mean the last one.
    if not 1 <= index <= size:
        raise IndexError(f"index {index}; wanted 1 to {size}: the derivation counts from 1")
    return index - 1


# ---- What the lines are made of -----------------------------------------------------------------


def Z(W, b, X, i):
    r"""Z_i = \sum_j e^{X_i W_j + b_j}, the sum below the softmax of sample i."""
    return sum(np.exp(row(X, i) @ column(W, j) + entry(b, j)) for j in one_to(len(b)))


def predictions(W, b, X):
    r"""\hat Y, of shape (N, K): entry (i, r) is e^{X_i W_r + b_r} / Z_i."""
    return np.array(
        [
            [np.exp(row(X, i) @ column(W, r) + entry(b, r)) / Z(W, b, X, i) for r in one_to(len(b))]
            for i in one_to(len(X))
        ]
    )


def has_label(Y, i, r):
    """Whether sample i has label r. This is the question's definition of Y, read backwards."""
    return entry(Y, r, i) == 1


def d_dw(expression, W, n, r):
    """The derivative of ``expression(W)`` by the entry (n, r) of W, by complex step.

    Move the entry by i h, with i the imaginary unit. The imaginary part of the expression, over h,
    is the derivative up to a term in h squared. No difference is taken, so no digit cancels
    (Squire and Trapp, SIAM Review 40, 1998).
    """
    moved = W.astype(complex)
    moved[_position(n, W.shape[0]), _position(r, W.shape[1])] += 1j * COMPLEX_STEP
    return expression(moved).imag / COMPLEX_STEP


def d_db(expression, b, r):
    """The derivative of ``expression(b)`` by the entry r of b, by complex step; see ``d_dw``."""
    moved = b.astype(complex)
    moved[_position(r, len(b))] += 1j * COMPLEX_STEP
    return expression(moved).imag / COMPLEX_STEP


# ---- The gradient by W --------------------------------------------------------------------------


def w_definition(W, b, X, Y, n, r):
    r"""Definition: \frac{\partial}{\partial w_{nr}} \sum_i Y_i \cdot \ln(\hat Y_i).

    Y_i is a column of Y, \hat Y_i a row of \hat Y.
    """

    def L(W):
        Y_hat = predictions(W, b, X)
        return sum(column(Y, i) @ np.log(row(Y_hat, i)) for i in one_to(len(X)))

    return d_dw(L, W, n, r)


def w_line_1(W, b, X, Y, n, r):
    r"""Line (1): \frac{\partial}{\partial w_{nr}} \sum_i Y_i \cdot (X_i W + b - \ln(Z_i) 1).

    The logarithm of a quotient is a difference. The bold 1 is a row of K ones.
    """
    ones = np.ones(len(b))

    def L(W):
        return sum(
            column(Y, i) @ (row(X, i) @ W + b - np.log(Z(W, b, X, i)) * ones)
            for i in one_to(len(X))
        )

    return d_dw(L, W, n, r)


def w_line_2(W, b, X, Y, n, r):
    r"""Line (2): \sum_i \frac{\partial}{\partial w_{nr}} Y_i \cdot X_i W
    - \frac{X_{in} e^{X_i W_r + b_r}}{Z_i}.

    Both terms stand under the sum. Only the first is still to be differentiated. The second should
    carry the factor Y_i . 1, the sum of the column: the question silently takes it to be 1.
    """
    total = 0
    for i in one_to(len(X)):
        first = d_dw(lambda W, i=i: column(Y, i) @ (row(X, i) @ W), W, n, r)
        second = entry(X, i, n) * np.exp(row(X, i) @ column(W, r) + entry(b, r)) / Z(W, b, X, i)
        total += first - second
    return total


def w_line_labels(W, b, X, Y, n, r):
    r"""The line without a number: \sum_{i \text{ s.t. } X_i \text{ has label } r} X_{in}
    - \sum_i X_{in} \hat Y_{ir}.

    "Has a label" needs labels of 0 and 1; here soft labels drop out.
    """
    Y_hat = predictions(W, b, X)
    first = sum(entry(X, i, n) for i in one_to(len(X)) if has_label(Y, i, r))
    second = sum(entry(X, i, n) * entry(Y_hat, i, r) for i in one_to(len(X)))
    return first - second


def w_line_3(W, b, X, Y, n, r):
    r"""Line (3): \sum_i X_{in} Y_{ri} - \sum_i X_{in} \hat Y_{ir}.

    Mind the order of the indices: r i in Y, one column a sample; i r in \hat Y, one row a sample.
    """
    Y_hat = predictions(W, b, X)
    first = sum(entry(X, i, n) * entry(Y, r, i) for i in one_to(len(X)))
    second = sum(entry(X, i, n) * entry(Y_hat, i, r) for i in one_to(len(X)))
    return first - second


def w_matrix(W, b, X, Y, n, r):
    r"""Matrix form: entry (n, r) of X^T (Y^T - \hat Y)."""
    Y_hat = predictions(W, b, X)
    return entry(X.T @ (Y.T - Y_hat), n, r)


# ---- The gradient by b --------------------------------------------------------------------------


def b_definition(W, b, X, Y, r):
    r"""Definition: \frac{\partial}{\partial b_r} \sum_i Y_i \cdot \ln(\hat Y_i)."""

    def L(b):
        Y_hat = predictions(W, b, X)
        return sum(column(Y, i) @ np.log(row(Y_hat, i)) for i in one_to(len(X)))

    return d_db(L, b, r)


def b_line_1(W, b, X, Y, r):
    r"""Line (1): \frac{\partial}{\partial b_r} \sum_i Y_i \cdot (X_i W + b - \ln(Z_i) 1).

    The question passes over this line ("we proceed similarly"). The bold 1 is a row of K ones.
    """
    ones = np.ones(len(b))

    def L(b):
        return sum(
            column(Y, i) @ (row(X, i) @ W + b - np.log(Z(W, b, X, i)) * ones)
            for i in one_to(len(X))
        )

    return d_db(L, b, r)


def b_line_2(W, b, X, Y, r):
    r"""The first line for b: \sum_i \frac{\partial}{\partial b_r} Y_i \cdot b
    - \frac{e^{X_i W_r + b_r}}{Z_i}.

    The counterpart of line (2). X_i W is gone, since b does not occur in it. Again the second term
    takes the sum of the column Y_i to be 1.
    """
    total = 0
    for i in one_to(len(X)):
        first = d_db(lambda b, i=i: column(Y, i) @ b, b, r)
        second = np.exp(row(X, i) @ column(W, r) + entry(b, r)) / Z(W, b, X, i)
        total += first - second
    return total


def b_line_labels(W, b, X, Y, r):
    r"""The line without a number: \sum_{i \text{ s.t. } X_i \text{ has label } r} 1
    - \sum_i \hat Y_{ir}.
    """
    Y_hat = predictions(W, b, X)
    first = sum(1 for i in one_to(len(X)) if has_label(Y, i, r))
    second = sum(entry(Y_hat, i, r) for i in one_to(len(X)))
    return first - second


def b_line_3(W, b, X, Y, r):
    r"""Line (3): \sum_i Y_{ri} - \sum_i \hat Y_{ir}."""
    Y_hat = predictions(W, b, X)
    first = sum(entry(Y, r, i) for i in one_to(len(X)))
    second = sum(entry(Y_hat, i, r) for i in one_to(len(X)))
    return first - second


def b_matrix(W, b, X, Y, r):
    r"""Matrix form: entry r of 1 (Y^T - \hat Y). The bold 1 is now a row of N ones."""
    Y_hat = predictions(W, b, X)
    return entry(np.ones(len(X)) @ (Y.T - Y_hat), r)


# ---- All of it at once --------------------------------------------------------------------------

W_LINES = {
    "definition": w_definition,
    "line (1)": w_line_1,
    "line (2)": w_line_2,
    "labels": w_line_labels,
    "line (3)": w_line_3,
    "matrix": w_matrix,
}

B_LINES = {
    "definition": b_definition,
    "line (1)": b_line_1,
    "line (2)": b_line_2,
    "labels": b_line_labels,
    "line (3)": b_line_3,
    "matrix": b_matrix,
}


def line_values(W, b, X, Y):
    """Every line's value for every entry of the gradients. For small arrays: it is all loops.

    Parameters
    ----------
    W : ndarray of float, shape (D, K)
    b : ndarray of float, shape (K,)
    X : ndarray of float, shape (N, D)
    Y : ndarray, shape (K, N)
        Labels, one column a sample.

    Returns
    -------
    dict
        ``{"W": {line: (D, K) array}, "b": {line: (K,) array}}``, the lines in the order of the
        derivation, named as in ``W_LINES``.

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    _check_shapes(W, b, X, Y)
    return {
        parameter: {name: every_entry(line)(W, b, X, Y) for name, line in lines.items()}
        for parameter, lines in (("W", W_LINES), ("b", B_LINES))
    }


def every_entry(line):
    """A line for all entries at once.

    Parameters
    ----------
    line : callable
        ``line(W, b, X, Y, n, r)`` or ``line(W, b, X, Y, r)``, one number, counting from 1.

    Returns
    -------
    callable
        ``f(W, b, X, Y)`` gives the table (D, K), or the vector (K,).
    """

    def table(W, b, X, Y):
        D, K = W.shape
        if "n" not in inspect.signature(line).parameters:
            return np.array([line(W, b, X, Y, r) for r in one_to(K)])
        return np.array([[line(W, b, X, Y, n, r) for r in one_to(K)] for n in one_to(D)])

    return table


def _check_shapes(W, b, X, Y):
    if np.ndim(X) != 2 or np.ndim(W) != 2:
        raise ValueError(f"X is {np.shape(X)}, W is {np.shape(W)}; wanted (N, D) and (D, K)")
    (N, D), K = X.shape, W.shape[1]
    if len(W) != D:
        raise ValueError(f"W is {W.shape}; wanted ({D}, K), one row for each column of X")
    if np.shape(b) != (K,):
        raise ValueError(f"b is {np.shape(b)}; wanted ({K},), one for each column of W")
    if np.shape(Y) != (K, N):
        hint = ": one row a sample; pass labels.T" if np.shape(Y) == (N, K) else ""
        raise ValueError(f"labels are {np.shape(Y)}; wanted ({K}, {N}), one column a sample{hint}")
