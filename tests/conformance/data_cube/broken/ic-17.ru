# Breaks IC-17.
PREFIX cube: <urn:x-cube:>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT DATA {
  cube:set qb:structure cube:structure .
  cube:structure qb:component [ qb:dimension qb:measureType ] , [ qb:measure cube:first ] , [ qb:measure cube:second ] .
  cube:observation qb:dataSet cube:set ; qb:measureType cube:first ; cube:first 1 .
}
