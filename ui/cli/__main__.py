"""`python -m ui.cli` is the `evermynd` command."""

from ui.cli import main

main()
