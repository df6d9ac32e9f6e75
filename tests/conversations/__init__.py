"""Conversations written down as a customer would have them, and random ones, played through the real dialog."""
