"""A language model as a second reading: what it is told, what it costs, and how little it can do."""
