"""A learner's way through a quiz: start, answer, review, submit, read the result."""
