// Sends documents with the bulk helper of Elasticsearch's client: node send.mjs URL KEY COUNT
import { Client } from '@elastic/elasticsearch'

const [url, key, count] = process.argv.slice(2)
const client = new Client({
  node: url,
  auth: { apiKey: key },
  maxRetries: 10,
  retryBackoff: (min, max, attempt) => 0.1 * attempt, // seconds
  compression: true
})
const documents = Array.from({ length: Number(count) }, (_, i) => ({
  '@timestamp': '2026-11-28T12:00:00.000Z',
  'log.level': 'error',
  'service.name': 'cart',
  message: `message ${i}`,
  number: i
}))
const result = await client.helpers.bulk({
  datasource: documents,
  flushBytes: 5000,
  concurrency: 2,
  retries: 10,
  wait: 100,
  onDocument: doc => ({ create: { _index: 'logs-node-default', _id: `node-${doc.number}` } }),
  onDrop: dropped => console.log('dropped', JSON.stringify(dropped))
})
console.log(JSON.stringify(result))
process.exit(result.successful === documents.length ? 0 : 1)
