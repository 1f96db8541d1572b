"""`python -m opsroom` is the command `opsroom`."""

from opsroom.cli import main

main()
