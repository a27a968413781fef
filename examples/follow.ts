// Follows a running crosstick (npm start) from another program; Ctrl-C ends it.
import { createClient } from 'crosstick/client'
import { WebSocket } from 'ws' // Node before 22 has none of its own

const client = createClient(process.argv[2] ?? 'http://127.0.0.1:8080', { WebSocket, token: process.env.CROSSTICK_TOKEN })
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
client.on('state', (now) => console.error(now.state, now.state === 'waiting' ? `${now.reason}, again in ${Math.round(now.retryInMs)} ms` : ''))

// A state: the last value is enough. While the promise is pending, later ones are merged.
client.subscribe(['bbo.*:BTC/USDT'], async (item) => {
  if (item.type === 'update') console.log(item.ch, item.data.bid, item.data.ask, `${item.conflated} merged`)
  await new Promise((resolve) => setTimeout(resolve, 1000))
})

// Events: every one, or a gap that says how many are missing.
for await (const item of client.messages(['signal.*'], { policy: 'all', signal: stop.signal }))
  if (item.type === 'update') console.log(item.data.id, item.data.action, item.data.netBps)
  else if (item.type === 'gap') console.error(`${item.ch}: ${item.count ?? 'some'} missing (${item.reason})`)
await client.close()
