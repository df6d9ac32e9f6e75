"""The support chat in a browser."""
