"""Measurements of the chat beside its yardsticks."""
