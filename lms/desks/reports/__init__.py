"""Reports on a course for those who finance it."""
