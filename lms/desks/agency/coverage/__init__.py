"""Which units have somebody trained today, and which have not."""
