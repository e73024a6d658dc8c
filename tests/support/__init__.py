"""Helpers of the test suite itself."""
