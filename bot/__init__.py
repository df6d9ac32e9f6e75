"""The application: settings, wiring, HTTP, command line, turns, effects and consoles."""
