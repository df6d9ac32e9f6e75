"""The steps that bring a database to this version; written by Tortoise, guards by hand."""
