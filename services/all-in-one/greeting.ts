import type { Quickstart } from './quickstart.ts'

const read = (path: string, member: string): string => `$(node -p "require('${path}').${member}")`

/** What a first start prints: how to get a token, with every secret read from the file when the command runs. */
export const greeting = (quickstart: Quickstart, path: string): string => {
  const { base_url: base, token_url: tokenUrl, issuer } = quickstart
  return `
Chancery is ready at ${base}  (tenant ${quickstart.tenant}, issuer ${issuer})
Credentials are in ${path}

curl:
  curl -s ${tokenUrl} -d grant_type=client_credentials -d scope=catalog \\
    -d "client_id=${read(path, 'client_id')}" -d "client_secret=${read(path, 'client_secret')}"

PyIceberg:
  import json; from pyiceberg.catalog import load_catalog
  q = json.load(open("${path}"))
  load_catalog("c", type="rest", uri="https://your-catalog.example/", credential=q["client_id"] + ":" + q["client_secret"],
               **{"oauth2-server-uri": q["token_url"], "scope": "catalog"})

Spark:
  spark-sql --conf spark.sql.catalog.c=org.apache.iceberg.spark.SparkCatalog --conf spark.sql.catalog.c.type=rest \\
    --conf spark.sql.catalog.c.uri=https://your-catalog.example/ --conf spark.sql.catalog.c.oauth2-server-uri=${tokenUrl} \\
    --conf "spark.sql.catalog.c.credential=${read(path, 'client_id')}:${read(path, 'client_secret')}" --conf spark.sql.catalog.c.scope=catalog

Next: npx chancery doctor
`
}
