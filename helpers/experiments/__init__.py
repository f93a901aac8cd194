"""What notebooks 03 to 09 measure: numbers out, no pictures.

Imported from outside: what is listed here.
"""

from helpers.experiments.atlas import Road, atlas
from helpers.experiments.cluster import WorkerFigures, worker_figures
from helpers.experiments.costs import measured_costs
from helpers.experiments.gradient_curve import gradient_curve, typical_errors
from helpers.experiments.hidden_layer import (
    descend_network,
    hidden,
    network,
    predict_network,
    start,
)
from helpers.experiments.learning_rates import (
    RATES,
    curvature_met,
    falls_throughout,
    full_batch_losses,
    largest_eigenvalue,
    largest_stable_rate,
    rises,
    try_rate,
)
from helpers.experiments.roads import ROADS, walk
from helpers.experiments.spread import Spread, spread
from helpers.experiments.transposes import try_transposes
from helpers.experiments.two_weights import descent_path, loss_at, newton_path, plane_data
from helpers.experiments.winner import absorbing_bound, pull, shortfall

__all__ = [
    "RATES",
    "ROADS",
    "Road",
    "Spread",
    "WorkerFigures",
    "absorbing_bound",
    "atlas",
    "curvature_met",
    "descend_network",
    "descent_path",
    "falls_throughout",
    "full_batch_losses",
    "gradient_curve",
    "hidden",
    "largest_eigenvalue",
    "largest_stable_rate",
    "loss_at",
    "measured_costs",
    "network",
    "newton_path",
    "plane_data",
    "predict_network",
    "pull",
    "rises",
    "shortfall",
    "spread",
    "start",
    "try_rate",
    "try_transposes",
    "typical_errors",
    "walk",
    "worker_figures",
]
