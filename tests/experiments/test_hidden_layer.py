"""The network of notebook 08 and its loop."""

import numpy as np

from helpers import loss_and_gradients
from helpers.checks import small_digits
from helpers.experiments import descend_network, hidden, network, predict_network, start


def test_above_the_hidden_layer_it_is_softmax_regression():
    parameters = start(5, 4, 3, seed=1)
    _, _, W2, b2 = parameters
    X, Y = np.random.default_rng(0).normal(size=(7, 5)), np.eye(3)[np.arange(7) % 3]
    loss, _, _, dW2, db2 = network(*parameters, X, Y)
    expected = loss_and_gradients(W2, b2, hidden(parameters, X), Y)
    for found, wanted in zip((loss, dW2, db2), expected, strict=True):
        assert np.allclose(found, wanted, rtol=0, atol=1e-14)


def test_it_overfits_a_few_digits_and_leaves_its_start_alone():
    data = small_digits()
    first = start(196, 16, 10)
    kept = [part.copy() for part in first]
    parameters, losses = descend_network(
        network, first, data.X, data.Y, learning_rate=0.5, epochs=150
    )
    assert len(losses) == 300 and losses[-1] < 0.1 < losses[0]
    assert (predict_network(parameters, data.X) == data.Y.argmax(axis=1)).all()
    assert all(np.array_equal(part, old) for part, old in zip(first, kept, strict=True))


def test_the_last_batch_holds_what_is_left():
    sizes = []

    def listen(*arguments):
        sizes.append(len(arguments[-1]))
        return network(*arguments)

    data = small_digits()
    descend_network(listen, start(196, 2, 10), data.X[:150], data.Y[:150], epochs=1)
    assert sizes == [100, 50]
