# Breaks IC-12.
PREFIX cube: <urn:x-cube:>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { cube:twin ?property ?value } WHERE { { SELECT ?one WHERE { ?one a qb:Observation } LIMIT 1 } ?one ?property ?value }
