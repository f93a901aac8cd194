"""The doctor on a whole training script."""

from helpers.bugs import BUGS
from helpers.doctor.script.process import examine_apart
from helpers.doctor.script.report import diagnosis_of
from helpers.doctor.script.source import read_script

__all__ = ["diagnose_script"]


def diagnose_script(text_or_path, *, catalogue=BUGS):
    """Run a training script where it can do no harm, and find the line that is wrong.

    It runs in a process of its own on a few hundred of the course's digits, which stand in for
    MNIST's loaders and files. Every step is compared with the gradient that it should have, every
    array of images with those that were loaded, every reported error with the true one. Then
    single edits are searched for one with which all is right.

    Parameters
    ----------
    text_or_path : str or path
        The script, or the path of a ``.py`` or ``.ipynb`` file. Lines of a notebook count in its
        code cells joined.
    catalogue : Mapping
        Bugs by id, by which a wrong step is named.

    Returns
    -------
    Diagnosis
        ``verdict`` is "right", "wrong" or "not judged"; ``edits`` what mends it.

    Raises
    ------
    FileNotFoundError
        If the path names no file.
    ValueError
        If a notebook's file is not one.
    """
    patches = [(bug.id, bug.right, bug.wrong) for bug in catalogue.values() if not bug.decoy]
    facts = examine_apart(*read_script(text_or_path), patches=patches)
    return diagnosis_of(facts, catalogue)
