# Breaks IC-11.
PREFIX dim: <http://purl.org/linked-data/sdmx/2009/dimension#>

DELETE { ?one dim:refArea ?area } WHERE { { SELECT ?one ?area WHERE { ?one dim:refArea ?area } LIMIT 1 } }
