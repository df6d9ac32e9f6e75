"""What a conversation is: messages, replies, understanding, flows and texts."""
