"""Leaving: closing an account, and what an erasure removes, detaches and keeps."""
