// Sends events, one JSON object a line on standard input, until Redis has acknowledged each.
import java.io.*;
import java.nio.charset.StandardCharsets;

public class Producer {
    static Redis redis;

    public static void main(String[] args) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            if (!line.isBlank()) System.out.println(send(line));
        }
    }

    static Object send(String event) throws InterruptedException {
        double wait = Double.parseDouble(System.getenv().getOrDefault("PAUSE", "1"));
        for (; ; wait = Math.min(2 * wait, 30)) {
            try {
                if (redis == null) redis = new Redis();
                return redis.call("XADD", "mrs:events", "*", "event", event);
            } catch (IOException failure) {
                // Nobody knows whether the event is there. With its source and id it may come twice.
                System.err.println(failure.getMessage() + ": trying again in " + wait + " s");
                redis = null;
                Thread.sleep((long) (1000 * wait));
            }
        }
    }
}
