"""A payment gateway of our own to try everything with."""
