"""Signing in: how often one may try, which devices are known, where one is logged in."""
