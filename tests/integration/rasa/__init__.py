"""The bridge to Rasa: its actions over the real turn loop."""
