"""The doctor: hand in your code, and be told what each line is and which one to change.

Imported from outside: what is listed here.
"""

from helpers.doctor.door import KINDS, diagnose, diagnose_as
from helpers.doctor.findings import Diagnosis, Edit, Finding, XRay
from helpers.doctor.gradients import diagnose_gradients, diagnose_step, xray
from helpers.doctor.number import diagnose_number
from helpers.doctor.run import diagnose_run
from helpers.doctor.script import diagnose_script

__all__ = [
    "KINDS",
    "Diagnosis",
    "Edit",
    "Finding",
    "XRay",
    "diagnose",
    "diagnose_as",
    "diagnose_gradients",
    "diagnose_number",
    "diagnose_run",
    "diagnose_script",
    "diagnose_step",
    "xray",
]
