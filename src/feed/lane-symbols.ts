import { CrosstickError } from "../errors.js";
import type { DecodeKernel } from "../kernel/kernel.js";
import type { MemoryPlan } from "../kernel/memory.js";
import * as L from "../layout.js";
import { unitCode } from "../market/instrument.js";
import { resolveInstrument } from "../market/symbols.js";
import { type ProductName, productIndex, productName, type VenueName, venueIndex } from "../market/venues.js";
import type { InstrumentMetadata } from "../venues/venue.js";
import type { LaneRing } from "./lane-ring.js";

/** The instruments of a lane: added when they are first seen or expected, told to the engine by a record. */
export class LaneSymbols {
  private readonly ring: LaneRing;
  private readonly kernel: DecodeKernel;
  private readonly memory: MemoryPlan;
  private readonly venue: VenueName;
  private readonly ownName: (product: ProductName, name: string) => string;
  private readonly indexes = new Map<string, number>();
  /** Units and contract sizes out of the venue's own list: they override the bundled ones. */
  private readonly listed = new Map<string, { unitCode: number; contractSize: number | null }>();
  private readonly products: ProductName[] = [];
  private readonly names: string[] = [];
  /** Addresses of their slots in the kernel's table. */
  private readonly slots: number[] = [];

  /** `ownName`: the venue's own symbol of a name in the frames, where a relay writes others. */
  constructor(
    ring: LaneRing,
    kernel: DecodeKernel,
    memory: MemoryPlan,
    venue: VenueName,
    ownName: (product: ProductName, name: string) => string = (_, name) => name,
  ) {
    this.ring = ring;
    this.kernel = kernel;
    this.memory = memory;
    this.venue = venue;
    this.ownName = ownName;
  }

  productOf(instrument: number): ProductName {
    return this.products[instrument];
  }

  /** The venue's own symbol. */
  nameOf(instrument: number): string {
    return this.names[instrument];
  }

  /** Says how the venue itself counts an instrument; it must come before the symbol is added. */
  list(product: ProductName, { rawSymbol, unit, contractSize }: InstrumentMetadata): void {
    this.listed.set(`${product} ${rawSymbol}`, { unitCode: unitCode(unit), contractSize });
  }

  has(product: ProductName, name: string): boolean {
    return this.indexes.has(`${product} ${name}`);
  }

  /** The instrument of a name that comes from outside the frame; -1 when there is no room for it. */
  indexOf(product: ProductName, name: string): number {
    return this.indexes.get(`${product} ${name}`) ?? this.add(product, name);
  }

  /** Adds the symbol that the decoder stumbled on: 0, or the REJECT_* for which it cannot be added. */
  addMissing(product: ProductName): number {
    const { u8, u32 } = this.ring.views;
    const at = u32[(this.ring.header + L.MESSAGE_SYMBOL_AT) >> 2];
    const length = u32[(this.ring.header + L.MESSAGE_SYMBOL_LENGTH) >> 2];
    if (length === 0 || length > L.SYMBOL_NAME_BYTES) return L.REJECT_SYMBOL;
    let name = "";
    for (let i = 0; i < length; i++) name += String.fromCharCode(u8[at + i]);
    if (this.indexes.has(`${product} ${name}`))
      throw new CrosstickError("FEED_SYMBOL_TABLE", `The symbol table lost ${product} ${name}`);
    return this.add(product, name) < 0 ? L.REJECT_CAPACITY : 0;
  }

  /** Takes over the symbol table of a worker that was lost; returns its instruments. */
  adopt(): number[] {
    const { u8, u32 } = this.ring.views;
    return this.usedSlots().map((at) => {
      const length = u32[(at + L.SYMBOL_LENGTH) >> 2];
      const name = String.fromCharCode(...u8.subarray(at + L.SYMBOL_NAME, at + L.SYMBOL_NAME + length));
      const instrument = u32[(at + L.SYMBOL_INSTRUMENT) >> 2];
      this.know(productName(u32[(at + L.SYMBOL_PRODUCT) >> 2]), name, instrument, at);
      return instrument;
    });
  }

  /** Copies when each instrument was first and last named to the shared instrument table. */
  noteReceiveTimes(): void {
    const { f64 } = this.ring.views;
    this.slots.forEach((at, instrument) => {
      const identity = this.memory.identities + instrument * L.IDENTITY_BYTES;
      f64[(identity + L.IDENTITY_FIRST_RECEIVED_US) >> 3] = f64[(at + L.SYMBOL_FIRST_RECEIVED_US) >> 3];
      f64[(identity + L.IDENTITY_LAST_RECEIVED_US) >> 3] = f64[(at + L.SYMBOL_LAST_RECEIVED_US) >> 3];
    });
  }

  private add(product: ProductName, name: string): number {
    const { u8, u32, f64 } = this.ring.views;
    const count = this.memory.instrumentCount >> 2;
    if (Atomics.load(u32, count) >= this.memory.sizes.instruments) return -1;
    const index = Atomics.add(u32, count, 1);
    if (index >= this.memory.sizes.instruments) return -1;
    const own = this.ownName(product, name);
    const instrument = this.listed.get(`${product} ${own}`) ?? resolveInstrument(this.venue, product, own);
    const identity = this.memory.identities + index * L.IDENTITY_BYTES;
    const unit = instrument.unitCode;
    const size = instrument.contractSize ?? Number.NaN;
    u32[(identity + L.IDENTITY_VENUE) >> 2] = venueIndex(this.venue);
    u32[(identity + L.IDENTITY_PRODUCT) >> 2] = productIndex(product);
    u32[(identity + L.IDENTITY_UNIT) >> 2] = unit;
    f64[(identity + L.IDENTITY_CONTRACT_SIZE) >> 3] = size;
    f64[(identity + L.IDENTITY_FIRST_RECEIVED_US) >> 3] = Number.NaN;
    f64[(identity + L.IDENTITY_LAST_RECEIVED_US) >> 3] = Number.NaN;
    const text = identity + L.IDENTITY_NAME;
    for (let i = 0; i < own.length; i++) u8[text + i] = own.charCodeAt(i);
    // Readers on other threads take a name of no length for one that is still being written.
    Atomics.store(u32, (identity + L.IDENTITY_NAME_LENGTH) >> 2, own.length);
    const number = productIndex(product);
    const slot = this.kernel.symbolAdd(this.ring.header, text, name.length, number, index, unit, size);
    if (slot < 0) return -1;
    this.know(product, name, index, this.slotAt(slot));
    this.ring.control(L.KIND_INSTRUMENT, index, []);
    return index;
  }

  private know(product: ProductName, name: string, index: number, slot: number): void {
    this.indexes.set(`${product} ${name}`, index);
    this.products[index] = product;
    this.names[index] = name;
    this.slots[index] = slot;
  }

  private slotAt(slot: number): number {
    return this.ring.header + L.LANE_SYMBOLS + slot * L.SYMBOL_BYTES;
  }

  /** Addresses of the used slots of the symbol table, found in the memory alone. */
  private usedSlots(): number[] {
    const { u32 } = this.ring.views;
    const used: number[] = [];
    for (let slot = 0; slot < L.SYMBOL_SLOTS; slot++) {
      const at = this.slotAt(slot);
      if (u32[(at + L.SYMBOL_LENGTH) >> 2] !== 0) used.push(at);
    }
    return used;
  }
}
