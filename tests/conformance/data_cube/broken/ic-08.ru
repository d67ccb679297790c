# Breaks IC-8.
PREFIX cube: <urn:x-cube:>
PREFIX data: <https://w3id.org/sotegraph/id/dataset/>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sote: <https://w3id.org/sotegraph/ns/sote#>

INSERT DATA { data:population-structure qb:sliceKey cube:key . cube:key a qb:SliceKey ; qb:componentProperty sote:indicator }
