"""A module for a room: the trainer's guide, and a booklet to print where there is no network."""
