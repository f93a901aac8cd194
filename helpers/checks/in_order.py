"""The diagnostic checks that practitioners use, each ``check(program) -> Verdict``.

>>> from helpers.checks.in_order import CHECKS
>>> CHECKS["first-loss"](program)

They stand in the order in which one meets them: what a run prints, the functions one by one, then
what a training sees and does.
"""

from types import MappingProxyType

from helpers.checks import gradient, prediction, training

_IN_ORDER = (
    gradient.first_loss,
    training.loss_falls_in_training,
    training.error_against_chance,
    training.prediction_histogram,
    training.bias_moves,
    gradient.softmax_rows,
    gradient.gradient_shapes,
    gradient.gradient_at_zero,
    gradient.gradient_at_random,
    gradient.residual_rows,
    gradient.permuted_batch,
    gradient.large_logits,
    gradient.shifted_logits,
    gradient.arguments_unchanged,
    training.update_moves,
    training.loss_falls_on_a_batch,
    training.overfit_ten,
    training.training_moves,
    training.decay_moves,
    training.labels_one_hot,
    training.labels_with_images,
    training.pixels_arrive,
    training.epoch_covers,
    training.order_changes,
    prediction.predict_known,
    prediction.predictions_of_last_weights,
    prediction.test_images_arrive,
    prediction.metric_known,
    prediction.error_recounted,
)

CHECKS = MappingProxyType({check.name: check for check in _IN_ORDER})
