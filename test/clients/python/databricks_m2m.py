"""The Databricks SDK's machine-to-machine flow from environment variables, then one call to a workspace."""
import json
import os

import requests
from databricks.sdk import WorkspaceClient

workspace = WorkspaceClient(host=os.environ["HOST"], client_id=os.environ["CLIENT_ID"], client_secret=os.environ["CLIENT_SECRET"])
headers = workspace.config.authenticate()
me = requests.get(os.environ["CATALOG"] + "api/2.0/preview/scim/v2/Me", headers=headers, timeout=30)
print(json.dumps({"status": me.status_code, "body": me.json(), "authorization": headers["Authorization"]}))
