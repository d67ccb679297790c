# Breaks IC-1.
PREFIX data: <https://w3id.org/sotegraph/id/dataset/>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { ?one qb:dataSet data:other } WHERE { { SELECT ?one WHERE { ?one a qb:Observation } LIMIT 1 } }
