import type { World } from "../world.js";

/** A while in which a venue is worked on, as one connection is told of it. */
export class Maintenance {
  private readonly world: World;
  private readonly lengthMs: number;
  private readonly tell: (isOver: boolean) => void;
  /** NaN while there is none. */
  private endMs = Number.NaN;

  /** `tell` says that it begins, and that it is over, in the venue's words. */
  constructor(world: World, lengthMs: number, tell: (isOver: boolean) => void) {
    this.world = world;
    this.lengthMs = lengthMs;
    this.tell = tell;
  }

  begin(): void {
    this.tell(false);
    this.endMs = this.world.wallMs() + this.lengthMs;
  }

  tick(nowMs: number): void {
    if (!(nowMs >= this.endMs)) return;
    this.endMs = Number.NaN;
    this.tell(true);
  }
}
