# Breaks IC-19.
PREFIX sote: <https://w3id.org/sotegraph/ns/sote#>

DELETE { ?one sote:valueKind ?kind } INSERT { ?one sote:valueKind ?indicator }
WHERE { { SELECT ?one ?kind ?indicator WHERE { ?one sote:valueKind ?kind ; sote:indicator ?indicator } LIMIT 1 } }
