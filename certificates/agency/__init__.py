"""Checks for agencies: by their systems with a key, and by their coordinators with a list."""
