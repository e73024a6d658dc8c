"""Checking a certificate: by its code, by its file, and on a telephone without a network."""
