// The Databricks SDK's machine-to-machine flow, configured by its own environment variables, then one call to a workspace.
package main

import (
	"encoding/json"
	"net/http"
	"os"

	"github.com/databricks/databricks-sdk-go/config"
)

func call() (map[string]any, error) {
	request, err := http.NewRequest(http.MethodGet, os.Getenv("CATALOG")+"api/2.0/preview/scim/v2/Me", nil)
	if err != nil {
		return nil, err
	}
	// Without the kind of authentication the SDK hides why a token was refused.
	if err := (&config.Config{AuthType: "oauth-m2m"}).Authenticate(request); err != nil {
		return map[string]any{"error": "refused", "message": err.Error()}, nil
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return map[string]any{"status": response.StatusCode, "authorization": request.Header.Get("Authorization")}, nil
}

func main() {
	answer, err := call()
	if err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		panic(err)
	}
}
