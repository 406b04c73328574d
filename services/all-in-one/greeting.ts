import { dirname } from 'node:path'
import type { Quickstart } from './quickstart.ts'

/** For a shell, whatever a path holds: spaces, dollar signs, quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Prints something made of the members of quickstart.json when the command runs. */
const read = (path: string, expression: string): string => `node -p 'const q = require(process.argv[1]); ${expression}' ${quoted(path)}`

/**
 * What a start prints: how to get a token. Every block can be pasted whole, so nothing is indented that Python would refuse, and every
 * secret is read from the file when the command runs. curl takes its secret from a pipe, where no list of processes shows it.
 */
export const greeting = ({ base_url: base, tenant, issuer, token_url: tokenUrl }: Quickstart, path: string): string => `
Chancery is ready at ${base}  (tenant ${tenant}, issuer ${issuer})
Credentials are in ${path}

# curl
${read(path, '"client_id=" + q.client_id + "&client_secret=" + q.client_secret')} |
  curl -s ${tokenUrl} -d grant_type=client_credentials -d scope=catalog -d @-

# PyIceberg
import json
from pyiceberg.catalog import load_catalog
q = json.load(open(${JSON.stringify(path)}))
catalog = load_catalog("c", type="rest", uri="https://your-catalog.example/", credential=q["client_id"] + ":" + q["client_secret"],
                       **{"oauth2-server-uri": q["token_url"], "scope": "catalog"})

# Spark
spark-sql --conf spark.sql.catalog.c=org.apache.iceberg.spark.SparkCatalog --conf spark.sql.catalog.c.type=rest \\
  --conf spark.sql.catalog.c.uri=https://your-catalog.example/ --conf spark.sql.catalog.c.oauth2-server-uri=${tokenUrl} \\
  --conf "spark.sql.catalog.c.credential=$(${read(path, 'q.client_id + ":" + q.client_secret')})" --conf spark.sql.catalog.c.scope=catalog

# What next
npx chancery doctor --data-dir ${quoted(dirname(path))}
`
