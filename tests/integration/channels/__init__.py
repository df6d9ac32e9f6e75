"""Channels over the running application: what comes in, what is sent, and what the platform counts."""
