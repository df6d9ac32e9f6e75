"""Servers with state that stand in for platforms and for parts of the service."""
