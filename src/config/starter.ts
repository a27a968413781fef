/** What `config new` writes. Every line that is commented out is valid when it is taken in. */
export const STARTER = `# Configuration of crosstick. Every key, its unit and default: docs/configuration.md
#   crosstick config check -c crosstick.yaml && crosstick run -c crosstick.yaml
version: 1

feeds:                                   # what to listen to; the channels follow from strategies and record
  - { venue: binance, symbols: [BTC/USDT, ETH/USDT] }
  - { venue: bybit, symbols: [BTC/USDT, 'BTC/USDT:USDT'] }

fees:                                    # bps of notional, negative = rebate; examples: enter your own tier
  binance: { spot: { maker: 10, taker: 10 } }
  bybit: { spot: { maker: 10, taker: 10 }, linear: { maker: 2, taker: 5.5 } }

gates:                                   # a failed gate is a counted refusal, never a signal
  alignMs: 100                           # leg times must overlap in this window
  maxAgeMs: 1000                         # oldest quote a leg may have
  maxClockUncertaintyMs: 50              # per venue

strategies:
  - name: btc-cross                      # the channel (signal.btc-cross) and the metric label
    kind: cross-venue
    instruments: ['binance:BTC/USDT', 'bybit:BTC/USDT']
    notional: { amount: 10000, currency: USDT }
    liquidity: taker                     # which fee each fill pays
    entryNetBps: 2                       # after both fees, at the walked price
    exitNetBps: 0
  - name: btc-basis
    kind: basis
    spot: 'bybit:BTC/USDT'
    future: 'bybit:BTC/USDT:USDT'
    notional: { amount: 10000, currency: USDT }
    fills: 4                             # open and close both legs
    holdHours: 24                        # funding payments inside this horizon count
    entryNetBps: 10
    exitNetBps: 2
#  - name: eth-btc
#    kind: pair-zscore
#    a: 'binance:ETH/USDT'               # positive z: sell a, buy b
#    b: 'binance:BTC/USDT'
#    spread: log-ratio                   # difference | ratio | log-ratio | hedge-ratio
#    statistics: { price: mid, sampleMs: 1000, window: 3600, minSamples: 600 }
#    notional: { amount: 10000, currency: USDT }
#    entryZ: 2.0
#    exitZ: 0.5
#    stopZ: 4.0

server:
  host: 127.0.0.1                        # another address needs a token
  port: 8080
#  tokenFile: /run/secrets/crosstick-token   # or CROSSTICK_SERVER_TOKEN
  ready: { minVenues: 1 }                # below: /ready answers 503

#record:                                  # keep what was received
#  dir: ./journal
#  raw: true                              # frames too, not only records
#  retain: { days: 30, gigabytes: 200 }

#alerts:
#  webhookFile: /run/secrets/alert-webhook  # or CROSSTICK_ALERTS_WEBHOOK
#  repeatMinutes: 30
`;
