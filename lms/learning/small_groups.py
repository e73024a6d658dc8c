"""From how many people on a figure about them may be shown: the one threshold of all reports."""

FEWEST = 10
"""People whom a figure must count; sums over fewer are shown to nobody."""
