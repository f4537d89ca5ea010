// Sends events, one JSON object a line on standard input, until Redis has acknowledged each.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "redis";

const url = process.env.REDIS_URL ?? "redis://localhost:6379/0";
const client = createClient({ url, disableOfflineQueue: false });
client.on("error", (error) => console.error(error.message)); // it connects again by itself
await client.connect();

async function send(event) {
  for (let wait = Number(process.env.PAUSE ?? 1); ; wait = Math.min(2 * wait, 30)) {
    try {
      return await client.xAdd("mrs:events", "*", { event });
    } catch (error) {
      if (/^(NOPERM|NOAUTH|WRONGTYPE|ERR)/.test(error.message)) throw error;
      // Nobody knows whether the event is there. With its source and id it may come twice.
      console.error(`${error.message}: trying again in ${wait} s`);
      await pause(1000 * wait);
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) console.log(await send(line));
}
client.destroy();
