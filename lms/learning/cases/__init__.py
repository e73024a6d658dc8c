"""A learner's walk through a branching case."""
