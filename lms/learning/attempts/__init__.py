"""A learner's attempts at a quiz: draw, answer, submit, read the result."""
