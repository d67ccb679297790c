# Breaks IC-10.
PREFIX cube: <urn:x-cube:>
PREFIX data: <https://w3id.org/sotegraph/id/dataset/>
PREFIX dim: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT DATA { data:population-structure qb:sliceKey cube:key . cube:key a qb:SliceKey ; qb:componentProperty dim:refArea .
  data:population qb:slice cube:slice . cube:slice qb:sliceStructure cube:key }
