"""A Bot API with state: it checks what a bot sends, breaks what networks break, and plays the people who write."""
