"""The triplet ranking loss, and the choice of triplets within a batch."""

from tf_dnnh.losses.mining import MINING
from tf_dnnh.losses.triplet_ranking import (
    TripletRankingLoss,
    batch_triplet_loss,
    triplet_ranking,
)

__all__ = [
    "MINING",
    "TripletRankingLoss",
    "batch_triplet_loss",
    "triplet_ranking",
]
