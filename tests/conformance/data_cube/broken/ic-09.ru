# Breaks IC-9.
PREFIX cube: <urn:x-cube:>
PREFIX data: <https://w3id.org/sotegraph/id/dataset/>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT DATA { data:population qb:slice cube:slice }
