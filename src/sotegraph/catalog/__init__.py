"""What the publication says of itself to machines: figures, the description of its endpoint, examples; and dumps."""

from sotegraph.catalog.computed import compute
from sotegraph.catalog.dumps import dump
from sotegraph.catalog.names import EXAMPLES_PATH, VOID_PATH, Names
from sotegraph.catalog.service import service_document

__all__ = ["EXAMPLES_PATH", "VOID_PATH", "Names", "compute", "dump", "service_document"]
