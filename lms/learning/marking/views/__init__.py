"""The trainer's pages for marking, and the learner's objection."""
