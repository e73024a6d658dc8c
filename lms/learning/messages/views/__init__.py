"""Pages of messages: written by trainers, read by learners."""
