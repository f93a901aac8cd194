"""Which of the three diagnoses names which bug: found by handing them the patched programs."""

import numpy as np

from helpers.bugs import BUGS, build
from helpers.doctor.gradients import diagnose_gradients
from helpers.doctor.run import diagnose_run
from helpers.doctor.step import diagnose_step

DIAGNOSES = ("gradients", "step", "run")


def names(bug, diagnosis):
    """Whether a diagnosis names a bug, as a finding, a suspect or in a note.

    Parameters
    ----------
    bug : str
    diagnosis : Diagnosis

    Returns
    -------
    bool
    """
    return bug in diagnosis.bugs or f"({bug})" in diagnosis.evidence


def diagnosis_table(X, Y, X_test, y_test):
    """Hand every bug of the catalogue to the three diagnoses.

    Parameters
    ----------
    X, Y, X_test, y_test
        As for ``train``, which runs once a bug, with the settings at which the bug shows.

    Returns
    -------
    dict of tuple of str
        By id, those of ``DIAGNOSES`` that name it. Empty for decoys, and for what only shows in the
        program's text or data.
    """
    table = {}
    for id_, bug in BUGS.items():
        program = build([id_])
        with np.errstate(all="ignore"):
            found = [names(id_, diagnose_gradients(program.loss_and_gradients))]
            found.append(names(id_, diagnose_step(program.step)))
        found.append(_run_names(program, bug, X, Y, X_test, y_test))
        table[id_] = tuple(name for name, yes in zip(DIAGNOSES, found, strict=True) if yes)
    return table


def _run_names(program, bug, X, Y, X_test, y_test):
    """Whether the run's record gives the bug away.

    A program that raises in its metric has still its predictions; one that raises before has no
    record at all.
    """
    with np.errstate(all="ignore"):
        try:
            run = program.train(X, Y, X_test, y_test, **bug.settings)
        except ValueError:
            return _predictions_name(program, bug, X, y_test)
    if len(run.predictions) > len(y_test):
        return False  # diagnose_run refuses them, and says how many came
    return names(bug.id, diagnose_run(run.losses, run.predictions, y_test, run.error))


def _predictions_name(program, bug, X, labels):
    D, K = X.shape[1], labels.max() + 1
    predicted = program.predict(np.zeros((D, K)), np.zeros(K), X[: len(labels)])
    if len(predicted) == len(labels):
        return False
    return names(bug.id, diagnose_run([np.log(K)], predicted, labels))
