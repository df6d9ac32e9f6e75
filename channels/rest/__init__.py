"""A chat front end that speaks Rasa's REST channel: one HTTP call a message, the replies in its answer."""
