"""The tree of units of an agency."""
