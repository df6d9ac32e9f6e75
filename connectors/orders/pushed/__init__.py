"""Orders that the merchant pushes: lines of an import file, bodies of the API."""
