"""The process that makes the table of inflected words (see ``lemmas``): the search file, then the languages."""

import os
import sys
from pathlib import Path

from sotegraph.search import lemmatise

_NICENESS = 10

if __name__ == "__main__":
    os.nice(_NICENESS)
    lemmatise(Path(sys.argv[1]), sys.argv[2:])
