"""Certificates of a whole cohort: the trainer's press of a button, and the coordinator's ZIP."""
