"""Pages of the check: codes, files, and what a telephone keeps for a check without a network."""
