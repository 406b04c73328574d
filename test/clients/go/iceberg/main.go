// Lists namespaces with the REST catalog of iceberg-go, and prints what it saw as JSON.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"
)

func options() []rest.Option {
	chosen := []rest.Option{rest.WithCredential(os.Getenv("CREDENTIAL"))}
	if scope := os.Getenv("SCOPE"); scope != "" {
		chosen = append(chosen, rest.WithScope(scope))
	}
	return chosen
}

func list(ctx context.Context) ([]table.Identifier, error) {
	catalog, err := rest.NewCatalog(ctx, "c", os.Getenv("CATALOG"), options()...)
	if err != nil {
		return nil, err
	}
	return catalog.ListNamespaces(ctx, nil)
}

func main() {
	answer := map[string]any{}
	namespaces, err := list(context.Background())
	if err != nil {
		answer["error"] = err.Error()
	} else {
		answer["namespaces"] = namespaces
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		panic(err)
	}
}
