"""Cohorts: people who take one release of a course together, put together by its trainers."""
