import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tests of the client, with and without faults, as a plain program: the JDK has no test framework. With JUnit, setUp becomes
 * &#64;BeforeEach, tearDown &#64;AfterEach, and the other methods &#64;Test. ZUORA_URL is the URL of a mock_zuora server.
 */
public class ZuoraJobsTest {
    private static final String URL = System.getenv().getOrDefault("ZUORA_URL", "http://127.0.0.1:8080");
    private static final String VEHICLES = "brand__c,color__c\nVolvo,blue\nSaab,green\n";

    private final List<Long> pauses = new ArrayList<>();
    private MockZuora zuora;
    private ZuoraJobs jobs;

    /** Each test has a tenant of its own: no other test sees its records, jobs, clock, faults and recorded requests. */
    void setUp() {
        zuora = new MockZuora(URL);
        zuora.call("PATCH", "/settings", """
                {"transitions": "time", "queue_delay": 0, "processing_time": 100}""");
        zuora.call("PATCH", "/clock", "{\"frozen\": true}");
        String client = zuora.call("POST", "/clients", "{}");
        // When the client sleeps, the clock of the tenant advances instead.
        jobs = new ZuoraJobs(URL, ZuoraJobs.text("client_id", client), ZuoraJobs.text("client_secret", client), seconds -> {
            pauses.add(seconds);
            zuora.advance(seconds);
        });
    }

    void tearDown() {
        zuora.close();
    }

    void csvFileIsLoaded() throws Exception {
        Path csv = Files.createTempFile("vehicles", ".csv");
        Files.writeString(csv, VEHICLES);
        jobs.loadFile("vehicle", csv);
        Files.delete(csv);
        check(zuora.call("GET", "/records/vehicle").contains("Saab"), "the record is missing");
    }

    void pollingBacksOff() throws Exception {
        jobs.run("create", "vehicle", VEHICLES);
        equal(List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L), pauses);
    }

    void busyServerIsRetriedAfterRetryAfter() throws Exception {
        zuora.call("POST", "/faults", """
                {"path": "/objects/jobs", "method": "POST", "status": 503, "retry_after": 7, "times": 2}""");
        jobs.run("create", "vehicle", VEHICLES);
        equal(List.of(7L, 7L), pauses.subList(0, 2));
        equal(2, zuora.count("status=503"));
    }

    void clientGivesUpAfterSeveralAttempts() throws Exception {
        zuora.call("POST", "/faults", "{\"path\": \"/objects/jobs\", \"status\": 503}");
        var error = thrown(ZuoraJobs.Refused.class, () -> jobs.run("create", "vehicle", VEHICLES));
        equal(503, error.status);
        equal(List.of(1L, 2L, 4L, 8L), pauses);
    }

    void lostResponseDoesNotSubmitTwice() throws Exception {
        zuora.call("POST", "/faults", """
                {"path": "/objects/jobs", "method": "POST", "reset": true, "times": 1}""");
        thrown(IOException.class, () -> jobs.run("create", "vehicle", VEHICLES));
        equal(1, zuora.count("path=/objects/jobs"));
    }

    /** HttpClient itself repeats a GET once, so that the client sees only the second reset: the fault has times 2. */
    void lostResponseToPollIsRetried() throws Exception {
        zuora.call("POST", "/faults", """
                {"path": "/objects/jobs/*", "method": "GET", "reset": true, "times": 2}""");
        jobs.run("create", "vehicle", VEHICLES);
        check(zuora.call("GET", "/faults").contains("\"hits\":2"), "the fault did not hit twice");
    }

    void httpClientHidesOneReset() throws Exception {
        String token = ZuoraJobs.text("access_token", zuora.call("POST", "/tokens", "{}"));
        zuora.call("POST", "/faults", "{\"path\": \"/objects/jobs\", \"reset\": true, \"times\": 1}");
        var request = HttpRequest.newBuilder(URI.create(URL + "/objects/jobs")).header("Authorization", "Bearer " + token).build();
        equal(200, HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode());
        equal(2, zuora.count("path=/objects/jobs"));
    }

    void expiredTokenIsRenewed() throws Exception {
        jobs.run("create", "vehicle", VEHICLES);
        zuora.advance(3601);
        jobs.run("create", "vehicle", VEHICLES);
        equal(2, zuora.count("path=/oauth/token"));
        equal(1, zuora.count("status=401"));
    }

    void rejectedRowsAreReported() throws Exception {
        zuora.call("POST", "/jobs/outcomes/rejection", "{\"rows\": {\"3\": [71012520, \"boom\"]}}");
        equal(Map.of(3, "boom"), jobs.rejectedRows(jobs.run("create", "vehicle", VEHICLES)));
    }

    void failedJobIsReported() throws Exception {
        zuora.call("POST", "/jobs/outcomes/failure", "{\"after_records\": 1, \"message\": \"out of order\"}");
        var error = thrown(ZuoraJobs.JobFailed.class, () -> jobs.run("create", "vehicle", VEHICLES));
        equal("out of order", error.getMessage());
    }

    void fileIsSentAsItIs() throws Exception {
        jobs.run("create", "vehicle", VEHICLES);
        String upload = zuora.call("GET", "/requests?path=/objects/jobs/*/files");
        equal("text/csv", ZuoraJobs.text("content-type", upload));
        equal(VEHICLES, ZuoraJobs.text("body", upload).replace("\\n", "\n"));
    }

    // What a test framework does

    interface Action {
        void run() throws Exception;
    }

    static void check(boolean isTrue, String message) {
        if (!isTrue) {
            throw new AssertionError(message);
        }
    }

    static void equal(Object expected, Object found) {
        check(expected.equals(found), "expected " + expected + ", found " + found);
    }

    static <E extends Exception> E thrown(Class<E> type, Action action) throws Exception {
        try {
            action.run();
        } catch (Exception error) {
            if (type.isInstance(error)) {
                return type.cast(error);
            }
            throw error;
        }
        throw new AssertionError(type.getSimpleName() + " was not thrown");
    }

    public static void main(String[] names) throws Exception {
        int failures = 0;
        for (var method : ZuoraJobsTest.class.getDeclaredMethods()) {
            boolean isTest = method.getParameterCount() == 0 && !method.isSynthetic();
            if (!isTest || List.of("setUp", "tearDown").contains(method.getName())) {
                continue;
            }
            var test = new ZuoraJobsTest();
            test.setUp();
            try {
                method.invoke(test);
                System.out.println("ok " + method.getName());
            } catch (java.lang.reflect.InvocationTargetException error) {
                failures++;
                System.out.println("FAILED " + method.getName() + ": " + error.getCause());
            } finally {
                test.tearDown();
            }
        }
        System.exit(failures == 0 ? 0 : 1);
    }
}
