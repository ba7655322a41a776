"""A chat client for the terminal, written against libim's Python package alone."""

__version__ = "0.1.0"
