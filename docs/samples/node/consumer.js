// Reads determinations as a consumer group, and writes each once to a file: OUT.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createClient } from "redis";

const [out] = process.argv.slice(2);
const stream = "mrs:determinations";
const { REDIS_URL = "redis://localhost:6379/0", GROUP = "payer", CONSUMER = "one" } = process.env;
const idle = Number(process.env.IDLE_MS ?? 0); // ends after so long without news; 0: never

const client = createClient({ url: REDIS_URL });
client.on("error", (error) => console.error(error.message)); // it connects again by itself
await client.connect();

async function createGroup() {
  try {
    await client.xGroupCreate(stream, GROUP, "0", { MKSTREAM: true });
  } catch (error) {
    if (!error.message.startsWith("BUSYGROUP")) throw error;
  }
}

// The file stands for your database. There, id and effect belong into one transaction.
const lines = existsSync(out) ? readFileSync(out, "utf8").split("\n") : [];
const seen = new Set(lines.map((line) => line.split(" ", 1)[0]));

await createGroup();
for (let after = "0"; ; ) { // first what we were given before and did not acknowledge
  let found;
  try {
    const options = { COUNT: 100, BLOCK: idle || 5000 };
    found = await client.xReadGroup(GROUP, CONSUMER, [{ key: stream, id: after }], options);
  } catch (error) {
    console.error(`${error.message}: trying again`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await createGroup();
    continue;
  }
  const entries = found?.[0].messages ?? [];
  for (const { id: entry, message } of entries) {
    const { id, data } = JSON.parse(message.event);
    if (!seen.has(id)) {
      appendFileSync(out, `${id} ${JSON.stringify(data)}\n`);
      seen.add(id);
    }
    await client.xAck(stream, GROUP, entry);
  }
  if (!entries.length && after === ">" && idle) break;
  if (!entries.length) after = ">";
}
client.destroy();
