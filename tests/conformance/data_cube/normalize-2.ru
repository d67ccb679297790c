# Attachment (10.1, phase 2): what a data set or slice says for all its observations is said of each.
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { ?observation ?property ?value }
WHERE {
  ?observation qb:dataSet ?set .
  ?set qb:structure/qb:component ?component ; ?property ?value .
  ?component qb:componentProperty ?property ; qb:componentAttachment qb:DataSet .
} ;
INSERT { ?observation ?property ?value }
WHERE {
  ?set qb:structure/qb:component ?component ; qb:slice ?slice .
  ?component qb:componentProperty ?property ; qb:componentAttachment qb:Slice .
  ?slice qb:observation ?observation ; ?property ?value .
} ;
INSERT { ?observation ?dimension ?value }
WHERE {
  ?set qb:slice ?slice ; qb:structure/qb:component/qb:componentProperty ?dimension .
  ?dimension a qb:DimensionProperty .
  ?slice qb:observation ?observation ; ?dimension ?value .
}
