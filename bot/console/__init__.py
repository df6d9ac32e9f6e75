"""The staff's pages: log-in, queue, cases; rendered on the server, kept live by wake-ups."""
