"""The tree of an agency's units, as its coordinator builds it."""
