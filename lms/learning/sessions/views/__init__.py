"""Pages of sessions: the trainer's, the learner's, calendar files."""
