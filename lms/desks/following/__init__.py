"""The cohort's own page: who is where, who is stuck, and one learner at a time."""
