// Piscina entry: finds trades in a journal, away from the thread that serves the stream.
import { type WorkerFailure, workerFailure } from "../errors.js";
import { type TradePage, type TradeQuestion, TradeSearch } from "./trade-search.js";

export interface TradeJob {
  dir: string;
  question: TradeQuestion;
}

/** What was learnt of a journal's segments serves the next question. */
const searches = new Map<string, TradeSearch>();

export default function work({ dir, question }: TradeJob): TradePage | WorkerFailure {
  try {
    const search = searches.get(dir) ?? new TradeSearch(dir);
    searches.set(dir, search);
    return search.find(question);
  } catch (error) {
    return workerFailure(error, "JOURNAL_FAILED");
  }
}
