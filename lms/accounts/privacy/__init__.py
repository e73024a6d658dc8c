"""Consents, the register of erasures, and the devices that somebody signs in from."""
