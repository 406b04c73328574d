import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** The Databricks SDK's machine-to-machine flow, configured by its own environment variables, then one call to a workspace. */
class CallWorkspace {
  private static int call(Map<String, String> headers) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(System.getenv("CATALOG") + "api/2.0/preview/scim/v2/Me"));
    headers.forEach(request::header);
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static Map<String, Object> answer() throws IOException, InterruptedException {
    try {
      var headers = new WorkspaceClient().config().authenticate();
      return Map.of("status", call(headers), "authorization", headers.get("Authorization"));
    } catch (DatabricksException error) {
      return Map.of("error", error.getClass().getSimpleName(), "message", error.getMessage());
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.out.println(new ObjectMapper().writeValueAsString(answer()));
  }
}
