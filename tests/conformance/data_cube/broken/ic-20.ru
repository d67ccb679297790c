# Breaks IC-20.
PREFIX cube: <urn:x-cube:>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sote: <https://w3id.org/sotegraph/ns/sote#>

INSERT DATA { sote:indicator qb:codeList cube:list . cube:list a qb:HierarchicalCodeList ; qb:hierarchyRoot cube:root ; qb:parentChildProperty skos:narrower }
