# Type and property closure (10.1, phase 1): what the definitions of the terms imply is said.
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { ?observation a qb:Observation ; qb:dataSet ?set . ?set a qb:DataSet }
WHERE { { ?observation qb:dataSet ?set } UNION { ?set a qb:DataSet ; qb:slice/qb:observation ?observation FILTER NOT EXISTS { ?observation qb:dataSet ?any } } } ;
INSERT { ?slice a qb:Slice } WHERE { ?any qb:slice ?slice } ;
INSERT { ?observation a qb:Observation } WHERE { ?any qb:observation ?observation } ;
INSERT { ?component qb:componentProperty ?property . ?property a qb:DimensionProperty } WHERE { ?component qb:dimension ?property } ;
INSERT { ?component qb:componentProperty ?property . ?property a qb:MeasureProperty } WHERE { ?component qb:measure ?property } ;
INSERT { ?component qb:componentProperty ?property . ?property a qb:AttributeProperty } WHERE { ?component qb:attribute ?property }
