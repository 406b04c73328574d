import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import java.io.IOException;

/** The OAuth library under Arrow's JDBC driver and Dremio's manager: strict discovery, form-encoded Basic or credentials in the body. */
class FetchToken {
  private static ClientAuthentication authentication() {
    var id = new ClientID(System.getenv("CLIENT_ID"));
    var secret = new Secret(System.getenv("CLIENT_SECRET"));
    return System.getenv("METHOD").equals("basic") ? new ClientSecretBasic(id, secret) : new ClientSecretPost(id, secret);
  }

  public static void main(String[] arguments) throws GeneralException, IOException {
    var server = AuthorizationServerMetadata.resolve(new Issuer(System.getenv("ISSUER")));
    var request =
        new TokenRequest.Builder(server.getTokenEndpointURI(), authentication(), new ClientCredentialsGrant())
            .scope(new Scope("catalog"))
            .build();
    var response = TokenResponse.parse(request.toHTTPRequest().send());
    System.out.println(response.indicatesSuccess() ? response.toSuccessResponse().toJSONObject() : response.toErrorResponse().toJSONObject());
  }
}
