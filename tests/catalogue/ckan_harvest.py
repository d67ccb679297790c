"""What CKAN's RDF harvester makes of a catalogue: runs in an environment that has ckanext-dcat, and prints JSON.

The steps are those of its gather stage: HEAD, then GET, without ``Accept``; the form by ``Content-Type``, of the first
page for all; the parser of ckanext-dcat with one profile; on to ``next_page()`` until there is none. The portal's own
language is that of the locale given.
"""

import importlib
import json
import sys

MOST_PAGES = 100


def harvest(address: str, profile: str, locale: str) -> dict[str, object]:
    # Only the environment in which this runs has them.
    requests, processors, toolkit = map(importlib.import_module, ("requests", "ckanext.dcat.processors", "ckantoolkit"))
    toolkit.config["ckan.locale_default"] = locale
    pages, datasets, form = [], [], None
    while address and len(pages) < MOST_PAGES:
        head = requests.head(address, timeout=30)
        head.raise_for_status()
        answer = requests.get(address, timeout=30)
        answer.raise_for_status()
        form = form or answer.headers["content-type"].split(";", 1)[0]
        parser = processors.RDFParser(profiles=[profile])
        parser.parse(answer.content.decode("utf-8"), _format=form)
        found = list(parser.datasets())
        pages.append({"address": address, "datasets": [each["title"] for each in found]})
        datasets += found
        address = parser.next_page()
    return {"form": form, "pages": pages, "datasets": datasets}


if __name__ == "__main__":
    wanted = [each.rsplit("|", 2) for each in sys.argv[1:]]
    json.dump([harvest(*each) for each in wanted], sys.stdout)
