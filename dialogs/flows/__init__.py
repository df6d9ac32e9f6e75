"""Flows: each is a talk about one thing, a question per small function."""
