"""Notebook 01: the error of a constant answer, and the class that a number betrays."""

import numpy as np

from helpers import error_rate, load_digits

digits = load_digits()
labels = digits.y_test
counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def printed(labels, k):
    print(np.mean(labels != k))


def in_a_loop(labels, k):
    wrong = 0
    for label in labels:
        if label != k:
            wrong += 1
            return wrong / len(labels)


def forgot(labels, k):
    np.mean(labels != k)


CONSTANT_ERROR = {
    "the share that is right": lambda labels, k: np.mean(labels == k),
    "per cent": lambda labels, k: 100 * np.mean(labels != k),
    "a count": lambda labels, k: np.sum(labels != k),
    "always 0.9": lambda labels, k: 0.9,
    "one minus one over K": lambda labels, k: 1 - 1 / len(set(labels)),
    "an array": lambda labels, k: labels != k,
    "text": lambda labels, k: "90 %",
    "text with a number": lambda labels, k: "0.9",
    "printed": printed,
    "nothing returned": forgot,
    "the notebook's labels": lambda wanted, k: np.mean(digits.y_test != k),
    "a list": lambda labels, k: [label != k for label in labels],
    "rounded": lambda labels, k: round(float(np.mean(labels != k)), 1),
    "a method of lists": lambda labels, k: 1 - labels.count(k) / len(labels),
    "compared the mean": lambda labels, k: np.mean(labels) != k,
    "divided by the classes": lambda labels, k: np.sum(labels != k) / 10,
    "divided by 2000": lambda labels, k: np.sum(labels != k) / 2000,
    "precedence": lambda labels, k: len(labels) - (labels == k).sum() / len(labels),
    "decimal comma": lambda labels, k: (0, 9),
    "a dictionary": lambda labels, k: {k: np.mean(labels != k)},
    "error_rate of a number": lambda labels, k: error_rate(k, labels),
    "returns within the loop": in_a_loop,
    "exits": lambda labels, k: exit(),
    "accuracy in per cent": lambda labels, k: 100 * np.mean(labels == k),
    "minus the accuracy": lambda labels, k: -np.mean(labels == k),
    "always k = 0": lambda labels, k: np.mean(labels != 0),
    "k plus one": lambda labels, k: np.mean(labels != k + 1),
    "not a function": 0.9,
}


def constant_class_printed(error, counts):
    print(np.argmin(abs(1 - np.array(counts) / sum(counts) - error)))


def first_of_all(error, counts):
    for k, count in enumerate(counts):
        if abs(1 - count / sum(counts) - error) < 1e-9:
            return k
        return -1


def no_minus_one(error, counts):
    for k, count in enumerate(counts):
        if abs(1 - count / sum(counts) - error) < 1e-9:
            return k


CONSTANT_CLASS = {
    "the accuracy": lambda error, counts: next(
        (k for k, c in enumerate(counts) if abs(c / sum(counts) - error) < 1e-9), -1
    ),
    "always some class": lambda error, counts: int(
        np.argmin(abs(1 - np.array(counts) / sum(counts) - error))
    ),
    "per cent": lambda error, counts: next(
        (k for k, c in enumerate(counts) if abs(100 - 100 * c / sum(counts) - error) < 1e-9), -1
    ),
    "the count, not the class": lambda error, counts: round((1 - error) * sum(counts)),
    "a list": lambda error, counts: [
        k for k, c in enumerate(counts) if abs(1 - c / sum(counts) - error) < 1e-9
    ],
    "np.where": lambda error, counts: np.where(
        np.isclose(1 - np.array(counts) / np.sum(counts), error)
    ),
    "10 000 written in": lambda error, counts: next(
        (k for k, c in enumerate(counts) if abs(1 - c / 10_000 - error) < 1e-9), -1
    ),
    "counted from one": lambda error, counts: next(
        (k + 1 for k, c in enumerate(counts) if abs(1 - c / sum(counts) - error) < 1e-9), -1
    ),
    "printed": constant_class_printed,
    "nothing where there is none": no_minus_one,
    "returns at the first": first_of_all,
    "the notebook's counts": lambda error, given: next(
        (k for k, c in enumerate(counts) if abs(1 - c / sum(counts) - error) < 1e-9), -1
    ),
    "the commonest class": lambda error, counts: int(np.argmax(counts)),
    "the rarest class": lambda error, counts: int(np.argmin(counts)),
    "always -1": lambda error, counts: -1,
    "a truth value": lambda error, counts: bool(
        np.isclose(1 - np.array(counts) / np.sum(counts), error).any()
    ),
    "list method": lambda error, counts: counts.index((1 - error) * sum(counts)),
    "too loose": lambda error, counts: next(
        (k for k, c in enumerate(counts) if abs(1 - c / sum(counts) - error) < 0.05), -1
    ),
    "text": lambda error, counts: "1",
    "left alone": lambda error, counts: ...,
}
