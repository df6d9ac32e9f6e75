"""People's platforms: each folder turns a platform's payloads into the words of a dialog and back."""
