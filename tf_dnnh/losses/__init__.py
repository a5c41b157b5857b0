"""The triplet ranking loss and triplet mining."""

from tf_dnnh.losses.mining import MINING
from tf_dnnh.losses.triplet_ranking import batch_triplet_loss, triplet_ranking
from tf_dnnh.losses.triplet_ranking_loss import TripletRankingLoss

__all__ = [
    "MINING",
    "TripletRankingLoss",
    "batch_triplet_loss",
    "triplet_ranking",
]
