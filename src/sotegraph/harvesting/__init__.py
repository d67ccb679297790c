"""What portals make of a catalogue: the packages of CKAN, and what each harvester would take and refuse."""

from sotegraph.harvesting.actions import Actions
from sotegraph.harvesting.catalogue import Catalogue
from sotegraph.harvesting.packages import Packages
from sotegraph.harvesting.preflight import Preflight, examine
from sotegraph.harvesting.searching import Search

__all__ = ["Actions", "Catalogue", "Packages", "Preflight", "Search", "examine"]
