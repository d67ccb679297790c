# Breaks IC-13.
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sote: <https://w3id.org/sotegraph/ns/sote#>

INSERT { ?component qb:componentRequired true } WHERE { ?component qb:attribute sote:qualifier } ;
DELETE { ?one sote:qualifier ?value } WHERE { { SELECT ?one ?value WHERE { ?one a qb:Observation ; sote:qualifier ?value } LIMIT 1 } }
