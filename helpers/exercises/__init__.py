"""Feedback on the learner's answers: one file a task.

Imported from outside: what is listed here.
"""

from helpers.exercises.backward import check_backward, train_hidden_layer
from helpers.exercises.bound import check_seconds
from helpers.exercises.combine import check_combine
from helpers.exercises.constant_classifier import check_constant_error
from helpers.exercises.curves import check_curves, four_curves
from helpers.exercises.false_step import check_false_step
from helpers.exercises.feedback import NOT_ATTEMPTED, NotAttempted
from helpers.exercises.five_roads import check_roads
from helpers.exercises.learning_rate import check_largest_rate, never_rises
from helpers.exercises.lecture import check_to_course
from helpers.exercises.matrices import check_loss_and_gradients, train_digits
from helpers.exercises.mend import check_mended
from helpers.exercises.own_check import Unfit, feedback_on, grade_check, score_check
from helpers.exercises.own_gradient_check import grade_checker
from helpers.exercises.read_number import check_constant_class
from helpers.exercises.scalars import check_second_case
from helpers.exercises.shortest import check_shortest
from helpers.exercises.six_ratios import check_reading
from helpers.exercises.three_lines import check_three_lines

__all__ = [
    "NOT_ATTEMPTED",
    "NotAttempted",
    "Unfit",
    "check_backward",
    "check_combine",
    "check_constant_class",
    "check_constant_error",
    "check_curves",
    "check_false_step",
    "check_largest_rate",
    "check_loss_and_gradients",
    "check_mended",
    "check_reading",
    "check_roads",
    "check_second_case",
    "check_seconds",
    "check_shortest",
    "check_three_lines",
    "check_to_course",
    "feedback_on",
    "four_curves",
    "grade_check",
    "grade_checker",
    "never_rises",
    "score_check",
    "train_digits",
    "train_hidden_layer",
]
