// Sends a record as a real program does: node send.mjs <client> <url> <key> <app>. The packages are beside it.
const load = async (name) => {
  const found = await import(name);
  return found.default ?? found;
};
const [client, url, key, app] = process.argv.slice(2);

const clients = {
  async "seq-logging"() {
    const { Logger } = await import("seq-logging");
    const logger = new Logger({ serverUrl: url, apiKey: key, maxBatchingTime: 10, retryDelay: 20, onError: fail });
    logger.emit({
      timestamp: new Date("2025-11-28T12:00:00.123Z"),
      level: "Error",
      messageTemplate: "Hi {Name}",
      properties: { Name: "ann", app, service: "pay" },
      exception: "Error: x",
    });
    await logger.close();
  },
  async "pino-seq"() {
    const pino = await load("pino");
    const seq = await import("pino-seq");
    const stream = (seq.createStream ?? seq.default.createStream)({ serverUrl: url, apiKey: key, onError: fail });
    const logger = pino({ base: { app, service: "pay" } }, stream);
    logger.error({ Name: "ann" }, "Hi {Name}");
    await stream.flush();
  },
  async "winston-seq"() {
    const winston = await load("winston");
    const { SeqTransport } = await import("@datalust/winston-seq");
    const transport = new SeqTransport({ serverUrl: url, apiKey: key, onError: fail });
    const logger = winston.createLogger({ transports: [transport], defaultMeta: { app, service: "pay" } });
    logger.error("Hi {Name}", { Name: "ann" });
    await transport.flush();
  },
  async "splunk-logging"() {
    const { Logger } = await load("splunk-logging");
    const logger = new Logger({ token: key, url, maxRetries: 5 });
    logger.error = fail;
    await new Promise((done) =>
      logger.send(
        { message: { message: "Hi ann", service: "pay" }, severity: "error", metadata: { index: app, host: "h" } },
        (error) => (error ? fail(error) : done()),
      ),
    );
  },
  async "winston-splunk"() {
    const winston = await load("winston");
    const Splunk = await load("winston-splunk-httplogger");
    const transport = new Splunk({ splunk: { token: key, url, index: app } });
    const logger = winston.createLogger({ transports: [transport] });
    await new Promise((done) => {
      transport.on("logged", done);
      logger.error("Hi ann", { n: 1 });
    });
  },
  async datadog() {
    const { client: api, v2 } = await load("@datadog/datadog-api-client");
    const configuration = api.createConfiguration({
      authMethods: { apiKeyAuth: key },
      baseServer: new api.BaseServerConfiguration(url, {}),
      enableRetry: true,
      backoffBase: 2,
      backoffMultiplier: 1,
    });
    await new v2.LogsApi(configuration).submitLog({
      contentEncoding: "gzip",
      body: [
        {
          message: "Hi ann",
          service: "pay",
          ddsource: "node",
          ddtags: "app:" + app,
          hostname: "h",
          additionalProperties: { status: "error", timestamp: "1764331200123" },
        },
      ],
    });
  },
};

function fail(error) {
  console.error(error);
  process.exit(1);
}

await clients[client]().catch(fail);
process.exit(0);
