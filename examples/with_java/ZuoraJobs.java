import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A small client of Zuora's Custom Object Jobs API, written with HttpClient. */
public class ZuoraJobs {
    private static final int ATTEMPTS = 5;
    private static final Set<String> FINAL = Set.of("completed", "failed", "cancelled");
    private static final long MAX_PAUSE = 60;

    /** A refused request, with the status and the body of its response. */
    public static class Refused extends IOException {
        public final int status;

        Refused(HttpResponse<String> response) {
            super(response.statusCode() + ": " + response.body());
            status = response.statusCode();
        }
    }

    /** The job failed. Records that it wrote before the failure remain. */
    public static class JobFailed extends IOException {
        JobFailed(String job) {
            super(text("message", job));
        }
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String form;
    private final LongConsumer sleep;
    private String token;

    /** {@code sleep} waits for a number of seconds. */
    public ZuoraJobs(String url, String clientId, String clientSecret, LongConsumer sleep) {
        this.url = url;
        this.form = "grant_type=client_credentials&client_id=" + encoded(clientId) + "&client_secret=" + encoded(clientSecret);
        this.sleep = sleep;
    }

    /** Creates the records of a CSV file, and returns the id of the finished job. */
    public String loadFile(String object, Path csv) throws IOException, InterruptedException {
        return run("create", object, Files.readString(csv));
    }

    /**
     * Submits a job, uploads its file, waits until it finishes, and returns its id.
     *
     * @throws Refused if a request is refused
     * @throws JobFailed if the job fails
     * @throws IOException if the response to a submit or an upload was lost
     */
    public String run(String operation, String object, String csv) throws IOException, InterruptedException {
        String body = "{\"operation\": \"%s\", \"namespace\": \"default\", \"object\": \"%s\"}".formatted(operation, object);
        String id = text("Id", send("POST", "/objects/jobs", body, "application/json"));
        send("POST", "/objects/jobs/" + id + "/files", csv, "text/csv");
        String job = finished(id);
        if (text("status", job).equals("failed")) {
            throw new JobFailed(job);
        }
        return id;
    }

    /** Returns the messages of rejected rows by row number; row 1 is the header. */
    public Map<Integer, String> rejectedRows(String id) throws IOException, InterruptedException {
        String errors = send("GET", "/objects/jobs/" + id + "/errors", null, null);
        Map<Integer, String> found = new TreeMap<>();
        // Each error begins with its code and message, and ends with its row.
        Matcher row = Pattern.compile("\"row\": *(\\d+)").matcher(errors);
        for (int start = 0; row.find(); start = row.end()) {
            found.put(Integer.valueOf(row.group(1)), text("message", errors.substring(start)));
        }
        return found;
    }

    private String finished(String id) throws IOException, InterruptedException {
        for (long pause = 1; ; pause = Math.min(pause * 2, MAX_PAUSE)) {
            String job = send("GET", "/objects/jobs/" + id, null, null);
            if (FINAL.contains(text("status", job))) {
                return job;
            }
            sleep.accept(pause);
        }
    }

    private String send(String method, String path, String body, String type) throws IOException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            boolean isLast = attempt == ATTEMPTS - 1;
            long pause = 1L << attempt;
            HttpResponse<String> response;
            try {
                response = sendOnce(method, path, body, type);
            } catch (Refused error) {
                throw error;
            } catch (IOException error) {
                // A request that changes something may have arrived; sending it again could submit a job twice.
                if (!method.equals("GET") || isLast) {
                    throw error;
                }
                sleep.accept(pause);
                continue;
            }
            int status = response.statusCode();
            if (status == 401 && attempt == 0) {
                token = null;
            } else if ((status == 429 || status == 503) && !isLast) {
                sleep.accept(response.headers().firstValueAsLong("Retry-After").orElse(pause));
            } else if (status >= 400) {
                throw new Refused(response);
            } else {
                return response.body();
            }
        }
    }

    private HttpResponse<String> sendOnce(String method, String path, String body, String type)
            throws IOException, InterruptedException {
        if (token == null) {
            HttpResponse<String> response = http.send(request("/oauth/token", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form)).build(), BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                throw new Refused(response);
            }
            token = text("access_token", response.body());
        }
        return http.send(request(path, type)
                .header("Authorization", "Bearer " + token)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(30));
        return type == null ? request : request.header("Content-Type", type);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Returns a text field of a JSON object. The JDK has no JSON parser; use Jackson or Gson in your project. */
    static String text(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\": *\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalArgumentException(name + " is missing in " + json);
        }
        return found.group(1);
    }
}
