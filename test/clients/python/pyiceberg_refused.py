"""What a person sees when PyIceberg is refused."""
import json
import os

from pyiceberg.catalog import load_catalog

try:
    load_catalog(
        "c",
        **{
            "type": "rest",
            "uri": os.environ["CATALOG"],
            "credential": os.environ["CREDENTIAL"],
            "oauth2-server-uri": os.environ["TOKEN_URL"],
            "scope": os.environ.get("SCOPE", "catalog"),
        },
    )
    print(json.dumps({"error": None}))
except Exception as error:  # noqa: BLE001 - the kind of error is what is asked for
    print(json.dumps({"error": type(error).__name__, "message": str(error)}))
