"""What notebooks 03 to 06 and 09 measure: numbers out, no pictures.

Imported from outside: what is listed here.
"""

from helpers.experiments.atlas import Road, atlas
from helpers.experiments.cluster import WorkerFigures, worker_figures
from helpers.experiments.gradient_curve import gradient_curve, typical_errors
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
from helpers.experiments.transposes import try_transposes
from helpers.experiments.winner import absorbing_bound, pull, shortfall

__all__ = [
    "RATES",
    "ROADS",
    "Road",
    "WorkerFigures",
    "absorbing_bound",
    "atlas",
    "curvature_met",
    "falls_throughout",
    "full_batch_losses",
    "gradient_curve",
    "largest_eigenvalue",
    "largest_stable_rate",
    "pull",
    "rises",
    "shortfall",
    "try_rate",
    "try_transposes",
    "typical_errors",
    "walk",
    "worker_figures",
]
