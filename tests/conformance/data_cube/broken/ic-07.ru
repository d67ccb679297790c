# Breaks IC-7.
PREFIX cube: <urn:x-cube:>
PREFIX dim: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT DATA { cube:key a qb:SliceKey ; qb:componentProperty dim:refArea }
