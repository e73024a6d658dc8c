"""Reminders to learners: when, how many, and never at night."""
