import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;

/** Sends two GETs and two POSTs with HttpURLConnection, and tries PATCH. Prints the status or the exception of each. */
public class Repeats {
    public static void main(String[] arguments) throws Exception {
        for (String method : new String[] {"GET", "GET", "POST", "POST"}) {
            System.out.println(method + " " + result(method));
        }
        System.out.println(result("PATCH"));
    }

    private static String result(String method) throws IOException {
        var connection = (HttpURLConnection) new URL(System.getenv("ZUORA_URL") + "/objects/jobs").openConnection();
        try {
            connection.setRequestMethod(method);
            connection.setRequestProperty("Authorization", "Bearer " + System.getenv("ZUORA_TOKEN"));
            if (method.equals("POST")) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                String body = "{\"operation\": \"create\", \"namespace\": \"default\", \"object\": \"vehicle\"}";
                connection.getOutputStream().write(body.getBytes());
            }
            connection.getInputStream().readAllBytes();
            return String.valueOf(connection.getResponseCode());
        } catch (IOException error) {
            return error.getClass().getName();
        }
    }
}
