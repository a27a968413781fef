import { Piscina } from "piscina";
import { CrosstickError, type WorkerFailure } from "../errors.js";
import type { TradePage, TradeQuestion } from "../record/trade-search.js";
import type { TradeJob } from "../record/trade-worker.js";
import { HttpProblem } from "../stream/http-error.js";

/** Questions that wait; one is answered at a time. */
const WAITING = 32;
/** The thread ends when nobody has asked for so long. */
const IDLE_MS = 60_000;

/** Asks a journal for trades, in a thread of its own. */
export class JournalTrades {
  private readonly dir: string;
  private readonly pool: Piscina<TradeJob, TradePage | WorkerFailure>;

  constructor(dir: string) {
    this.dir = dir;
    const filename = new URL("../record/trade-worker.js", import.meta.url).href;
    this.pool = new Piscina({ filename, minThreads: 0, maxThreads: 1, maxQueue: WAITING, idleTimeout: IDLE_MS });
  }

  /** @throws HTTP_BUSY, JOURNAL_SEQUENCE, JOURNAL_VERSION, JOURNAL_FAILED */
  async ask(question: TradeQuestion): Promise<TradePage> {
    if (this.pool.queueSize >= WAITING)
      throw new HttpProblem(503, "HTTP_BUSY", "too many questions to the journal wait", { "retry-after": "1" });
    const answer = await this.pool.run({ dir: this.dir, question });
    if ("trades" in answer) return answer;
    throw new CrosstickError(answer.code, answer.message, { exitCode: answer.exitCode });
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}
