/** The frame is the next one of its connection, or is not numbered. */
export const NUMBER_DUE = 0;
/** The frame before it, once more. */
export const NUMBER_REPEATED = 1;
/** Frames are missing before it, or a new connection has begun: nobody knows which book they were of. */
export const NUMBER_MISSED = 2;

/**
 * The numbering of a connection over all its channels (Coinbase): a gap anywhere puts every book that
 * comes by it in doubt.
 */
export class ConnectionNumbers {
  private next = Number.NaN;

  /** The number that is due; NaN while there is none, and at the start of a connection. */
  get due(): number {
    return this.next;
  }

  /** Hot: what a frame's number says, NUMBER_*; NaN for a frame without one. */
  take(id: number): number {
    if (Number.isNaN(id)) return NUMBER_DUE;
    const due = this.next;
    if (id === due - 1) return NUMBER_REPEATED;
    this.next = id + 1;
    return id === due || Number.isNaN(due) ? NUMBER_DUE : NUMBER_MISSED;
  }
}
