// Logs so many lines by pino-loki, and ends once they are sent: node pino.js URL APP COUNT
const pino = require("pino");

const [url, app, count] = process.argv.slice(2);
const transport = pino.transport({
  target: "pino-loki",
  options: { host: url, labels: { app }, batching: { interval: 1 }, structuredMetaKey: "meta" },
});
const logger = pino({ base: null }, transport);
for (let i = 0; i < Number(count); i++) {
  logger.warn({ order: 1042, meta: { trace: "t" } }, "m" + i);
}
transport.end();
