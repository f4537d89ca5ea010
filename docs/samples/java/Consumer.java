// Reads determinations as a consumer group, and writes each once to a file: OUT.
import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.regex.*;

public class Consumer {
    static final Map<String, String> ENV = System.getenv();
    static final String STREAM = "mrs:determinations", GROUP = ENV.getOrDefault("GROUP", "payer");
    static final String ME = ENV.getOrDefault("CONSUMER", "one");
    static final int IDLE_MS = Integer.parseInt(ENV.getOrDefault("IDLE_MS", "0")); // 0: never ends
    static final Pattern ID = Pattern.compile("\"id\":\"(d-[0-9a-f]{64})\""); // or a JSON library
    static Redis redis;

    public static void main(String[] args) throws Exception {
        // The file stands for your database. There, id and effect belong into one transaction.
        Path file = Path.of(args[0]);
        Set<String> seen = new HashSet<>();
        if (Files.exists(file)) Files.lines(file).forEach(line -> seen.add(line.split(" ")[0]));
        for (String after = "0"; ; ) { // first what we were given before and did not acknowledge
            try {
                if (redis == null) connect();
                List<List<?>> entries = read(after);
                for (List<?> entry : entries) {
                    var event = (String) ((List<?>) entry.get(1)).get(1);
                    Matcher id = ID.matcher(event);
                    if (id.find() && seen.add(id.group(1)))
                        Files.writeString(file, id.group(1) + " " + event + "\n",
                            StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    redis.call("XACK", STREAM, GROUP, (String) entry.get(0));
                }
                if (entries.isEmpty() && after.equals(">") && IDLE_MS > 0) return;
                if (entries.isEmpty()) after = ">";
            } catch (IOException failure) {
                System.err.println(failure.getMessage() + ": trying again");
                redis = null;
                Thread.sleep(1000);
            }
        }
    }

    static void connect() throws IOException {
        redis = new Redis();
        try {
            redis.call("XGROUP", "CREATE", STREAM, GROUP, "0", "MKSTREAM");
        } catch (Redis.Refused known) {
            if (!known.getMessage().startsWith("BUSYGROUP")) throw known;
        }
    }

    @SuppressWarnings("unchecked")
    static List<List<?>> read(String after) throws IOException {
        String block = String.valueOf(IDLE_MS > 0 ? IDLE_MS : 5000);
        var found = (List<List<?>>) redis.call("XREADGROUP", "GROUP", GROUP, ME, "COUNT", "100",
            "BLOCK", block, "STREAMS", STREAM, after);
        return found == null ? List.of() : (List<List<?>>) found.get(0).get(1);
    }
}
