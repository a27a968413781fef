/** What the first block of a segment tells, as JSON. */
export interface SegmentMeta {
  /** Version of crosstick that wrote it. */
  version: string;
  /** The configuration as resolved, secrets left out. */
  config: string;
  /** Raw log: the market of each lane, by lane number. */
  lanes?: { venue: string; product: string }[];
  /** Number of the segment with which this run of the engine began. */
  run: number;
  /**
   * What the first record finds: an engine just started, or the state in the checkpoint that follows. A segment of
   * the raw log that is not the first of its run is `continued`: frames need no state.
   */
  start: "fresh" | "checkpoint" | "continued";
  /** Segments before this one that the disk did not let end properly: theirs is no damage. */
  abandoned: number[];
}
