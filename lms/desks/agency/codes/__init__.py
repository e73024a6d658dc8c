"""Accounts without an e-mail address: made and mended by the coordinator."""
