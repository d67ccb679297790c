# Breaks IC-5.
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sote: <https://w3id.org/sotegraph/ns/sote#>

DELETE WHERE { sote:indicator qb:codeList ?list }
