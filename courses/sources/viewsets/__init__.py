"""In the admin: the list of sources, and what happens when one of them changes."""
