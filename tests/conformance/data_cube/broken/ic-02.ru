# Breaks IC-2.
PREFIX data: <https://w3id.org/sotegraph/id/dataset/>
PREFIX qb: <http://purl.org/linked-data/cube#>

DELETE DATA { data:population qb:structure data:population-structure }
