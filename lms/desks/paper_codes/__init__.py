"""Codes on paper, handed out by coordinators and trainers, and told to the person."""
