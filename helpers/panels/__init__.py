"""The panels of the notebooks: ipywidgets around the functions of ``helpers``."""

from helpers.panels.bug_lab import BugLab
from helpers.panels.train_question import Suspects, TrainQuestion

__all__ = ["BugLab", "Suspects", "TrainQuestion"]
