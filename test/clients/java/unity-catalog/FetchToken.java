import com.fasterxml.jackson.databind.ObjectMapper;
import io.unitycatalog.client.auth.TokenProvider;
import java.io.IOException;
import java.util.Map;

/** The token provider of Unity Catalog's Java and Spark clients: the JDK's HTTP client with raw Basic. It never says why it was refused. */
class FetchToken {
  public static void main(String[] arguments) throws IOException {
    var settings =
        Map.of(
            "type", "oauth",
            "oauth.uri", System.getenv("TOKEN_URL"),
            "oauth.clientId", System.getenv("CLIENT_ID"),
            "oauth.clientSecret", System.getenv("CLIENT_SECRET"));
    var token = TokenProvider.create(settings).accessToken();
    System.out.println(new ObjectMapper().writeValueAsString(Map.of("token", token)));
  }
}
