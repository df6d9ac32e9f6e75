"""SMS senders."""
