"""Journeys of people through the real product, in a real browser, with a real worker."""
