"""The doctor: hand in a function, a step or a run, and be told what is wrong with it.

It runs the catalogue backwards: which bug, or which two, make the program do what yours does?
Imported from outside: what is listed here.
"""

from helpers.doctor.diagnosis import Diagnosis
from helpers.doctor.gradients import diagnose_gradients
from helpers.doctor.number import diagnose_number
from helpers.doctor.run import diagnose_run
from helpers.doctor.step import diagnose_step

__all__ = ["Diagnosis", "diagnose_gradients", "diagnose_number", "diagnose_run", "diagnose_step"]
