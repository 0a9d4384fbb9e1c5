"""The engine: the index as its users see it, and what every entry point asks of it."""
