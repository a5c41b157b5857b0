"""The triplet ranking loss and triplet mining."""

from tf_dnnh.losses.class_codes import class_codes, with_class_codes
from tf_dnnh.losses.mining import MINING
from tf_dnnh.losses.triplet_ranking import batch_triplet_loss, triplet_ranking
from tf_dnnh.losses.triplet_ranking_loss import TripletRankingLoss

__all__ = [
    "MINING",
    "TripletRankingLoss",
    "batch_triplet_loss",
    "class_codes",
    "triplet_ranking",
    "with_class_codes",
]
