"""``python -m newsindex``: the command line."""

from newsindex.cli import main

main()
