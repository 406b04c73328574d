"""PyIceberg's OAuth2AuthManager: raw Basic, as newer configurations use it."""
import json
import os

from pyiceberg.catalog import load_catalog

client_id, client_secret = os.environ["CREDENTIAL"].split(":", 1)
catalog = load_catalog(
    "c",
    **{
        "type": "rest",
        "uri": os.environ["CATALOG"],
        "auth": {
            "type": "oauth2",
            "oauth2": {"client_id": client_id, "client_secret": client_secret, "token_url": os.environ["TOKEN_URL"], "scope": "catalog"},
        },
    },
)
print(json.dumps({"namespaces": [catalog.list_namespaces()]}))
