"""The bridge to Rasa Open Source: actions that a Rasa assistant calls, and a Rasa project made from our own dialog."""
