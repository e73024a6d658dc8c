"""Item statistics of classical test theory, from maintained sums."""
