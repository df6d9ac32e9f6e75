"""The tables: columns and constraints only, one aggregate a file."""
