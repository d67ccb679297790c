# Breaks IC-21.
PREFIX cube: <urn:x-cube:>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sote: <https://w3id.org/sotegraph/ns/sote#>

INSERT DATA { sote:indicator qb:codeList cube:list . cube:list a qb:HierarchicalCodeList ; qb:hierarchyRoot cube:root ;
  qb:parentChildProperty [ owl:inverseOf skos:broader ] }
