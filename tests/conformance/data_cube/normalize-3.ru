# The links of each hierarchical code list, from parent to child, in a graph of their own: a path cannot have a variable
# for its property, and the specification makes a query of each (IC-20, IC-21).
PREFIX cube: <urn:x-cube:>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { GRAPH ?list { ?parent cube:child ?child } }
WHERE { ?list a qb:HierarchicalCodeList ; qb:parentChildProperty ?link FILTER(isIRI(?link)) ?parent ?link ?child } ;
INSERT { GRAPH ?list { ?parent cube:childByInverse ?child } }
WHERE { ?list a qb:HierarchicalCodeList ; qb:parentChildProperty/owl:inverseOf ?link FILTER(isIRI(?link)) ?child ?link ?parent }
