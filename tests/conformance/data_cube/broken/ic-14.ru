# Breaks IC-14.
PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#>

DELETE { ?one measure:obsValue ?value } WHERE { { SELECT ?one ?value WHERE { ?one measure:obsValue ?value } LIMIT 1 } }
