import com.fasterxml.jackson.databind.ObjectMapper;
import io.unitycatalog.client.auth.TokenProvider;
import java.io.IOException;
import java.util.Map;

/** The token provider of Unity Catalog's Java and Spark clients: the JDK's HTTP client with raw Basic. */
class FetchToken {
  private static Map<String, String> answer() {
    var settings =
        Map.of(
            "type", "oauth",
            "oauth.uri", System.getenv("TOKEN_URL"),
            "oauth.clientId", System.getenv("CLIENT_ID"),
            "oauth.clientSecret", System.getenv("CLIENT_SECRET"));
    try {
      return Map.of("token", TokenProvider.create(settings).accessToken());
    } catch (RuntimeException error) {
      return Map.of("error", error.getClass().getSimpleName(), "message", error.getMessage());
    }
  }

  public static void main(String[] arguments) throws IOException {
    System.out.println(new ObjectMapper().writeValueAsString(answer()));
  }
}
