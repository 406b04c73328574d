//! Lists namespaces with the REST catalog of iceberg-rust, and prints what it saw as JSON.
use std::collections::HashMap;
use std::env;

use iceberg::{Catalog, CatalogBuilder};
use iceberg_catalog_rest::RestCatalogBuilder;
use serde_json::{Value, json};

async fn list(properties: HashMap<String, String>) -> iceberg::Result<Vec<Vec<String>>> {
    let catalog = RestCatalogBuilder::default().load("c", properties).await?;
    let namespaces = catalog.list_namespaces(None).await?;
    Ok(namespaces.into_iter().map(|name| name.inner()).collect())
}

fn answer(listed: iceberg::Result<Vec<Vec<String>>>) -> Value {
    match listed {
        Ok(namespaces) => json!({ "namespaces": namespaces }),
        Err(error) => json!({ "error": error.kind().into_static(), "message": error.to_string() }),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let properties = serde_json::from_str(&env::var("PROPERTIES")?)?;
    println!("{}", answer(list(properties).await));
    Ok(())
}
