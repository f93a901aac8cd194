"""Symptoms: run a program once, record what shows, name it, and put it into words.

Imported from outside: what is listed here. ``names`` has one name for each number, ``places`` the
one table from what is seen to where to look. ``record`` (the record of somebody's run) and
``fingerprints`` (what runs with each bug look like) are imported by their own names.
"""

from helpers.symptoms.names import (
    FIRST_LOSSES,
    USUAL_BATCHES,
    WITH_BATCH,
    Factor,
    FirstLoss,
    name_factor,
    name_first_loss,
    name_outcome,
    name_ratio,
    name_trend,
)
from helpers.symptoms.observation import (
    Probe,
    Symptoms,
    describe_exception,
    is_tied,
    observe,
    probe,
)
from helpers.symptoms.places import TABLE, Seen, where_to_look
from helpers.symptoms.words import read

__all__ = [
    "FIRST_LOSSES",
    "TABLE",
    "USUAL_BATCHES",
    "WITH_BATCH",
    "Factor",
    "FirstLoss",
    "Probe",
    "Seen",
    "Symptoms",
    "describe_exception",
    "is_tied",
    "name_factor",
    "name_first_loss",
    "name_outcome",
    "name_ratio",
    "name_trend",
    "observe",
    "probe",
    "read",
    "where_to_look",
]
