"""``python -m sotegraph`` is the ``sotegraph`` command."""

from sotegraph.cli import main

main()
