"""The factors that people lose or gain on the way from one formula to the next."""

import numpy as np


def known_factors(N, D, K):
    """The factors that mistakes put between two gradients, the likeliest first.

    Parameters
    ----------
    N, D, K : float or ndarray
        Samples, features, classes. NaN, where one is not known, leaves its factors out.

    Returns
    -------
    dict of str to float or ndarray
    """
    one = np.ones_like(N, dtype=float)
    known = {
        "1": one, "N": N, "1/N": 1 / N, "N/K": N / K, "K": K, "1/K": 1 / K, "1/(NK)": 1 / (N * K),
        "K/N": K / N, "NK": N * K, "N^2": N * N, "1/N^2": 1 / N**2, "D": D, "1/D": 1 / D,
        "N/D": N / D, "1/(ND)": 1 / (N * D), "1/ln 2": one / np.log(2), "1/ln 10": one / np.log(10),
        "2": 2 * one, "1/2": one / 2, "2N": 2 * N, "N/2": N / 2, "2/N": 2 / N, "1/(2N)": 0.5 / N,
        "2/K": 2 / K, "2/(NK)": 2 / (N * K),
    }  # fmt: skip
    return {
        sign + name: -value if sign else value
        for name, value in known.items()
        for sign in ("", "-")
    }
