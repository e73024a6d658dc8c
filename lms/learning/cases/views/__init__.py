"""Pages of cases: walking through them, and following how they are walked."""
