"""Sources as records: what cites them, and what happens when one of them changes."""
