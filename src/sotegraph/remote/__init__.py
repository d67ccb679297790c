"""The dataset on an engine of its own, behind the SPARQL 1.1 Protocol and the Graph Store HTTP Protocol."""

from sotegraph.remote.engine import Engine
from sotegraph.remote.evaluator import RemoteEvaluator
from sotegraph.remote.examination import examine
from sotegraph.remote.fetching import fetch_version
from sotegraph.remote.marker import Marker
from sotegraph.remote.writing import deliver_version, write_version

__all__ = ["Engine", "Marker", "RemoteEvaluator", "deliver_version", "examine", "fetch_version", "write_version"]
