# Breaks IC-18.
PREFIX cube: <urn:x-cube:>
PREFIX data: <https://w3id.org/sotegraph/id/dataset/>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { data:other qb:slice cube:slice . cube:slice qb:observation ?one } WHERE { { SELECT ?one WHERE { ?one qb:dataSet data:population } LIMIT 1 } }
