/** Wiring of a served engine: a live engine, the stream server that shows it, and what joins the two. */
import { ConfigError } from "./config/problems.js";
import { type ResolvedConfig, readSecrets } from "./config.js";
import type { TradingSettings } from "./engine/trading.js";
import { type Engine, startEngine } from "./engine.js";
import { Correlations } from "./live/correlations.js";
import { httpFeed } from "./live/http-feed.js";
import { JournalTrades } from "./live/journal-trades.js";
import { metricsSample } from "./live/live-metrics.js";
import { loadPages } from "./live/pages.js";
import { planReload, type ReloadPlan, taken } from "./live/reload.js";
import { RestMarket } from "./live/rest-market.js";
import { StreamFeed } from "./live/stream-feed.js";
import type { ReplaySummary } from "./replay.js";
import { parseChannel } from "./stream/channels.js";
import { systemClock } from "./stream/clock.js";
import { countsOf, type Hub } from "./stream/hub.js";
import type { StreamLog } from "./stream/log.js";
import { Metrics } from "./stream/metrics.js";
import { createStreamServer, type StreamServer } from "./stream/server.js";
import type { Grant } from "./stream/tokens.js";
import { version } from "./version.js";

export interface ServedEngine {
  engine: Engine;
  server: StreamServer;
  leftOut: readonly string[];
  /**
   * Takes what a running engine can of another configuration, and its token and TLS files again; open connections
   * stay. @throws CONFIG_SECRET, SERVER_TLS
   */
  reload(config: ResolvedConfig): ReloadPlan;
  close(): Promise<ReplaySummary>;
}

export interface ServeOptions {
  config: ResolvedConfig;
  env: Readonly<Record<string, string | undefined>>;
  /** LIVE or SIMULATED. */
  kind: string;
  log?: StreamLog;
  /** Signals become trades on paper: told as events `trade` of the engine. */
  trading?: TradingSettings;
}

/**
 * Starts an engine and its server.
 * @throws what createEngine throws, and SERVER_PORT_IN_USE, SERVER_INSECURE, SERVER_TLS
 */
export async function serve({ config, env, kind, log, trading }: ServeOptions): Promise<ServedEngine> {
  const settings = config.server;
  let current = config;
  const { serverToken, limitedTokens } = readSecrets(config, env);
  const { engine, internals } = await startEngine(config, true, env, trading);
  const { live, validator } = internals;
  try {
    const feed = new StreamFeed(
      live,
      config.strategies.map(({ name }) => name),
    );
    const correlations = new Correlations(live);
    const journal = config.record === undefined ? null : new JournalTrades(config.record.dir);
    const sources = { validator, correlations, journal, figures: (name: string) => feed.figuresOf(name) };
    let hubs: Hub[] = [];
    const metrics = new Metrics({
      sample: () => metricsSample(live),
      stream: () => (hubs.length === 0 ? null : countsOf(hubs)),
      clock: systemClock,
    });
    const server = await createStreamServer({
      host: settings?.host ?? "127.0.0.1",
      port: settings?.port ?? 8080,
      source: feed,
      http: httpFeed({
        ...{ live, sources, kind, version: version(), minVenues: settings?.ready.minVenues ?? 1 },
        ...{ metrics: () => metrics.text(), page: loadPages(), recent: feed.recent, rest: new RestMarket(config) },
      }),
      ...{ token: serverToken, grants: grantsOf(config, limitedTokens) },
      tls: settings?.tls,
      origins: settings?.origins,
      log,
    });
    hubs = [server.hub, server.binary];
    feed.attach(server.hub, server.binary);
    internals.onWake(feed.drain);
    internals.onFigures(() => feed.figures());
    internals.onSignalLine((signal) => feed.signal(signal));
    engine.on("signal", (signal) => feed.keepSignal(signal));
    engine.on("outcome", (outcome) => feed.outcome(outcome));
    engine.on("status", (status) => feed.status(status));
    engine.on("verdict", (verdict) => feed.verdict(verdict));
    engine.on("alert", (alert) => feed.alert(alert));
    feed.status(engine.status());
    return {
      engine,
      server,
      leftOut: live.leftOut,
      reload(fresh) {
        const plan = planReload(current, fresh);
        const secrets = readSecrets(fresh, env);
        const grants = grantsOf(fresh, secrets.limitedTokens);
        server.reload({ token: secrets.serverToken, grants, tls: current.server?.tls });
        current = taken(current, fresh);
        if (plan.changed.length > 0) live.settle(current);
        return plan;
      },
      async close() {
        correlations.stop();
        await journal?.close();
        const summary = await engine.close();
        await server.close();
        return summary;
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The tokens of `server.tokens`, read from their files, with what each covers. @throws CONFIG_INVALID for no channel */
function grantsOf({ server }: ResolvedConfig, tokens: readonly string[]): Grant[] {
  return (server?.tokens ?? []).map(({ name, channels, paths }, i) => {
    for (const [j, text] of channels.entries()) {
      const parsed = parseChannel(text);
      if (!("code" in parsed)) continue;
      const path = `server.tokens[${i}].channels[${j}]`;
      throw new ConfigError("CONFIG_INVALID", [{ code: "CONFIG_INVALID", path, place: "", message: parsed.message }]);
    }
    return { token: tokens[i], scope: { name, channels, paths } };
  });
}
