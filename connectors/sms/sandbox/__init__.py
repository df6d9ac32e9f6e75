"""An SMS sender of our own to try everything with: what it "sent" can be read there, and reaches no phone."""
