"""The panels of the notebooks: ipywidgets around the functions of ``helpers``."""

from helpers.panels.train_question import Suspects, TrainQuestion

__all__ = ["Suspects", "TrainQuestion"]
