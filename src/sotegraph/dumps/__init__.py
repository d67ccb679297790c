"""Files of whole datasets to be downloaded: what is offered of a version, and under which name."""

from sotegraph.dumps.offers import CURRENT, FORMS, TABLES, DumpForm, Made, Offer, datasets, has_tables, offered

__all__ = ["CURRENT", "FORMS", "TABLES", "DumpForm", "Made", "Offer", "datasets", "has_tables", "offered"]
