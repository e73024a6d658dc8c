"""Sessions of a cohort: planned, moved, called off; calendar entries; who was there."""
