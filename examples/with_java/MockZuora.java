import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** A tenant of a mock_zuora server. Operations and their JSON are those of the control API. */
public class MockZuora implements AutoCloseable {
    public final String url;
    private final String tenant;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Creates a tenant that only this handle uses, with the server's initial state. */
    public MockZuora(String url) {
        this.url = url;
        this.tenant = ZuoraJobs.text("name", call(url, "POST", "/tenants", "{}"));
    }

    /** Runs an operation on the tenant, and returns the JSON of the response: {@code call("POST", "/clock/advance", ...)}. */
    public String call(String method, String path, String json) {
        String query = (path.contains("?") ? "&" : "?") + "tenant=" + tenant;
        return call(url, method, path + query, json);
    }

    /** Runs an operation without a body on the tenant. */
    public String call(String method, String path) {
        return call(method, path, null);
    }

    private String call(String url, String method, String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/__mock/v1" + path))
                .header("Content-Type", "application/json")
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                throw new IllegalArgumentException(method + " " + path + ": " + response.body());
            }
            return response.body();
        } catch (IOException | InterruptedException error) {
            throw new IllegalStateException(method + " " + path + " to " + url, error);
        }
    }

    /** Advances the tenant's clock, and does what is due by then. */
    public void advance(long seconds) {
        call("POST", "/clock/advance", "{\"seconds\": " + seconds + "}");
    }

    /** Returns how many requests of the tenant match a query such as {@code "status=503"}. */
    public int count(String query) {
        String json = call("GET", "/requests/count?" + query);
        return Integer.parseInt(json.replaceAll(".*\"count\": *(\\d+).*", "$1"));
    }

    /** Removes the tenant. */
    @Override
    public void close() {
        call(url, "DELETE", "/tenants/" + tenant, null);
    }
}
