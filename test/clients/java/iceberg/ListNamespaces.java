import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Map;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.rest.RESTCatalog;

/** Iceberg's REST catalog as every engine on the JVM embeds it: lists once at the start, and again for each line it reads. */
class ListNamespaces {
  private static final ObjectMapper json = new ObjectMapper();

  private static void print(Object value) throws IOException {
    System.out.println(json.writeValueAsString(value));
  }

  private static void list(RESTCatalog catalog) throws IOException {
    print(Map.of("namespaces", catalog.listNamespaces().stream().map(namespace -> namespace.levels()).toList()));
  }

  private static void run(Map<String, String> properties) throws IOException {
    try (RESTCatalog catalog = new RESTCatalog()) {
      catalog.initialize("c", properties);
      list(catalog);
      var lines = new BufferedReader(new InputStreamReader(System.in));
      while (lines.readLine() != null) list(catalog);
    }
  }

  public static void main(String[] arguments) throws IOException {
    try {
      run(json.readValue(System.getenv("PROPERTIES"), new TypeReference<Map<String, String>>() {}));
    } catch (RESTException error) {
      print(Map.of("error", error.getClass().getSimpleName(), "message", error.getMessage()));
    }
  }
}
