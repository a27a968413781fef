import type { Alert } from "../alerts/alert.js";
import { AlertBoard } from "../alerts/board.js";
import { Webhook } from "../alerts/webhook.js";
import type { ResolvedConfig, Secrets } from "../config.js";
import { conditionsOf } from "./alert-conditions.js";
import type { EngineNote } from "./live-engine.js";
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
): Alerts {
  const webhook =
    alertsWebhook === undefined ? null : new Webhook(alertsWebhook, (text) => told.note({ level: "warn", text }));
  const tell = (alert: Alert): void => {
    told.alert(alert);
    webhook?.send(alert);
  };
  const board = new AlertBoard(config.alerts?.repeatMinutes ?? REPEAT_MINUTES, tell);
  return {
    look: (status) => board.look(conditionsOf(status, config.gates.maxClockUncertaintyMs), Date.now()),
    event: ({ level, venue, product, text }) =>
      tell({ state: "event", level, key: null, venue: venue ?? null, product: product ?? null, text, since: null }),
    close: async () => {
      await webhook?.close();
    },
  };
}
