// Logs so many lines by winston-loki, and ends once they are taken: node winston.js URL APP JSON COUNT
const { createLogger } = require("winston");
const LokiTransport = require("winston-loki");

const [url, app, json, count] = process.argv.slice(2);
const transport = new LokiTransport({
  host: url,
  labels: { app, service_name: "checkout" },
  json: json === "true",
  interval: 0.1,
  replaceTimestamp: false,
  gracefulShutdown: false,
  onConnectionError: (e) => console.error(String(e)),
});
// A minute by default.
transport.batcher.circuitBreakerInterval = 50;
const logger = createLogger({ level: "debug", transports: [transport], format: require("winston").format.simple() });
for (let i = 0; i < Number(count); i++) {
  logger.warn("m" + i, { order: 1042, timestamp: 1764331200000 + i });
}
const done = setInterval(async () => {
  const left = transport.batcher.batchesSending + transport.batcher.batch.streams.length;
  if (left === 0) {
    clearInterval(done);
    process.exit(0);
  }
}, 20);
