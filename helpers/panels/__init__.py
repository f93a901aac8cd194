"""The panels of the notebooks: inputs around the functions of ``helpers``, and one face for all.

Imported from outside: what is listed here.
"""

from helpers.panels.bug_lab import BugLab
from helpers.panels.check_writing import CheckScore, CheckWriting
from helpers.panels.clinic import Clinic
from helpers.panels.doctor import DoctorPanel, show_diagnosis
from helpers.panels.gradient_check import GradientCheck
from helpers.panels.newton import NewtonRace
from helpers.panels.predict import Predict
from helpers.panels.shape_explorer import ShapeExplorer
from helpers.panels.softmax_playground import SoftmaxPlayground
from helpers.panels.spread import SpreadPanel
from helpers.panels.train_question import Suspects, TrainQuestion
from helpers.panels.training import Training
from helpers.panels.winner import Winner

__all__ = [
    "BugLab",
    "CheckScore",
    "CheckWriting",
    "Clinic",
    "DoctorPanel",
    "GradientCheck",
    "NewtonRace",
    "Predict",
    "ShapeExplorer",
    "SoftmaxPlayground",
    "SpreadPanel",
    "Suspects",
    "TrainQuestion",
    "Training",
    "Winner",
    "show_diagnosis",
]
