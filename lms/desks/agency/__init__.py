"""The coordinator's desk: checking certificates, those shared with the agency, keys for its systems."""
