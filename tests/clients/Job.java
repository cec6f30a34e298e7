import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a job with HttpClient: submits it, uploads its file, polls until it has ended, and prints its records.
 * Arguments: the base URL, the id and the secret of an OAuth client.
 */
public class Job {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String base;
    private static String token = "";

    public static void main(String[] arguments) throws Exception {
        base = arguments[0];
        String form = "client_id=" + arguments[1] + "&client_secret=" + arguments[2] + "&grant_type=client_credentials";
        token = field("access_token", ask("/oauth/token", form, "application/x-www-form-urlencoded"));
        String order = "{\"operation\": \"create\", \"namespace\": \"default\", \"object\": \"vehicle\"}";
        String job = "/objects/jobs/" + field("Id", ask("/objects/jobs", order, "application/json"));
        String answer = ask(job + "/files", "brand__c\nVolvo\nSaab\n", "text/csv");
        while (!field("status", answer).equals("completed")) {
            answer = ask(job, null, "application/json");
        }
        System.out.println(ask("/objects/records/default/vehicle", null, "application/json"));
    }

    private static String ask(String path, String body, String type) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", type)
                .header("Authorization", "Bearer " + token);
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private static String field(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\": *\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException(name + " is missing in " + json);
        }
        return found.group(1);
    }
}
