"""Codes on paper, for people without an e-mail address."""
