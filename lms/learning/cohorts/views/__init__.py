"""Pages of cohorts: the trainer's, and those by which learners come in."""
