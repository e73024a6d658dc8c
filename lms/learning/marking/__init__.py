"""Marks given by people: the queue, second markers, regrades, appeals."""
