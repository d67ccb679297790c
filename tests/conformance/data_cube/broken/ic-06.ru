# Breaks IC-6.
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT DATA { <https://w3id.org/sotegraph/id/dataset/population-structure#area> qb:componentRequired false }
