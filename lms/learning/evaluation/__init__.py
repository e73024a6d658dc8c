"""Reaction, learning and impact in figures that name nobody."""
