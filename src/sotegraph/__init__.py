"""A linked-data publisher: a folder of ontology, shapes and data becomes a site, an endpoint and a validator."""

from importlib.metadata import version

__version__ = version("sotegraph")
