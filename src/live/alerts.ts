import type { Alert } from "../alerts/alert.js";
import { AlertBoard } from "../alerts/board.js";
import { Webhook } from "../alerts/webhook.js";
import type { ResolvedConfig, Secrets } from "../config.js";
import { conditionsOf } from "./alert-conditions.js";
import type { EngineNote } from "./live-engine.js";
import { PairWatch } from "./pair-watch.js";
import type { EngineStatus } from "./status.js";

const REPEAT_MINUTES = 30;

export interface Alerts {
  /** The engine's status, once a second. */
  look(status: EngineStatus): void;
  /** Something that has no end, of a feed or of the engine. */
  event(note: EngineNote): void;
  close(): Promise<void>;
}

/** Calls a person as the configuration has it: always on the channel `alert`, and at a webhook where there is one. */
export function startAlerts(
  config: ResolvedConfig,
  { alertsWebhook }: Secrets,
  told: { alert: (alert: Alert) => void; note: (note: EngineNote) => void },
  /** Mid of a live book, quote currency; else NaN. */
  mid: (instrument: string) => number,
): Alerts {
  const webhook =
    alertsWebhook === undefined ? null : new Webhook(alertsWebhook, (text) => told.note({ level: "warn", text }));
  const tell = (alert: Alert): void => {
    told.alert(alert);
    webhook?.send(alert);
  };
  const board = new AlertBoard(config.alerts?.repeatMinutes ?? REPEAT_MINUTES, tell);
  const pairs = (config.alerts?.pairs ?? []).map((pair) => new PairWatch(pair, mid));
  return {
    look: (status) => {
      const nowMs = Date.now();
      const conditions = conditionsOf(status, config.gates.maxClockUncertaintyMs);
      for (const pair of pairs) conditions.push(...pair.look(nowMs));
      board.look(conditions, nowMs);
    },
    event: ({ level, venue, product, text }) =>
      tell({ state: "event", level, key: null, venue: venue ?? null, product: product ?? null, text, since: null }),
    close: async () => {
      await webhook?.close();
    },
  };
}
