"""Training by hand, `make train`: the examples and the trainer; nothing here runs with the program."""
