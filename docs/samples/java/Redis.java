// A connection to Redis with the JDK alone; a real program uses Jedis or Lettuce instead.
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class Redis {
    private final DataInputStream in;
    private final OutputStream out;

    Redis() throws IOException {
        var url = System.getenv().getOrDefault("REDIS_URL", "redis://localhost:6379/0");
        var socket = new Socket(URI.create(url).getHost(), URI.create(url).getPort());
        socket.setSoTimeout(10_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /** The answer: a text, a list or null. Throws `Refused` if Redis refuses the command. */
    Object call(String... words) throws IOException {
        var command = new ByteArrayOutputStream();
        command.writeBytes(("*" + words.length + "\r\n").getBytes());
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            command.writeBytes(("$" + bytes.length + "\r\n").getBytes());
            command.writeBytes(bytes);
            command.writeBytes("\r\n".getBytes());
        }
        out.write(command.toByteArray());
        return answer();
    }

    private Object answer() throws IOException {
        String line = in.readLine();
        if (line == null) throw new EOFException("the connection is gone");
        String rest = line.substring(1);
        if (line.startsWith("-")) throw new Refused(rest);
        if (!line.startsWith("$") && !line.startsWith("*")) return rest;
        int length = Integer.parseInt(rest);
        if (length < 0) return null;
        if (line.startsWith("$")) {
            byte[] text = in.readNBytes(length);
            in.readNBytes(2);
            return new String(text, StandardCharsets.UTF_8);
        }
        var all = new ArrayList<Object>();
        for (int left = length; left > 0; left--) all.add(answer());
        return all;
    }

    static class Refused extends IOException {
        Refused(String why) { super(why); }
    }
}
