"""`python -m libim_chat` is `libim-chat`."""

from .cli import main

main()
