"""A negative control: what a gradient check must reject, or else it rejects nothing."""

from helpers.softmax_regression import loss_and_gradients


def negative_control(W, b, X, Y):
    """The program, with gradients half as large again as they should be.

    Run it beside every check of your own: a check that lets it pass tells nothing of what else it
    lets pass.

    Parameters
    ----------
    W, b, X, Y : ndarray
        As in ``loss_and_gradients``.

    Returns
    -------
    loss, dW, db
    """
    loss, dW, db = loss_and_gradients(W, b, X, Y)
    return loss, 1.5 * dW, 1.5 * db
