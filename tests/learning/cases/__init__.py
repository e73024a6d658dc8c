"""Walks through cases."""
