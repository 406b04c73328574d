"""PyIceberg's own OAuth client: token at the start, again after a 401 with the stale Bearer beside the credentials."""
import json
import os

from pyiceberg.catalog import load_catalog

catalog = load_catalog(
    "c",
    **{
        "type": "rest",
        "uri": os.environ["CATALOG"],
        "credential": os.environ["CREDENTIAL"],
        "oauth2-server-uri": os.environ["TOKEN_URL"],
        **json.loads(os.environ.get("PROPERTIES", '{"scope": "catalog"}')),
    },
)
namespaces = [catalog.list_namespaces() for _ in range(int(os.environ.get("LISTS", "1")))]
print(json.dumps({"namespaces": namespaces}))
