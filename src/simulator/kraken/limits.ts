/** Paces and limits of the venue. */
export interface KrakenLimits extends Readonly<Record<string, number>> {
  /** Between two heartbeats of a connection that has subscribed to something, ms. */
  heartbeatMs: number;
  /** Messages that a client may send in a second. */
  messages: number;
  /** Requests over HTTP in a second. */
  requests: number;
  /** How long the fault `server-shutdown` keeps a connection in maintenance, ms. */
  maintenanceMs: number;
}

/**
 * Source: docs.kraken.com/api/docs/websocket-v2/heartbeat, which is sent when nothing else is; here always.
 * The venue does not publish the next two: public clients keep below 20 messages a second.
 */
export const KRAKEN_LIMITS: KrakenLimits = { heartbeatMs: 1000, messages: 25, requests: 20, maintenanceMs: 2000 };
