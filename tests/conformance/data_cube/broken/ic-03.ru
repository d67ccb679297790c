# Breaks IC-3.
PREFIX qb: <http://purl.org/linked-data/cube#>

DELETE WHERE { ?component qb:measure ?measure }
