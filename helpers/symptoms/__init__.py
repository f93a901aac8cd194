"""Symptoms: run a program once, record what shows, name it, and put it into words.

Imported from outside: what is listed here.
"""

from helpers.symptoms.observation import (
    Probe,
    Symptoms,
    describe_exception,
    name_ratio,
    observe,
    probe,
)
from helpers.symptoms.words import read, trend

__all__ = [
    "Probe",
    "Symptoms",
    "describe_exception",
    "name_ratio",
    "observe",
    "probe",
    "read",
    "trend",
]
