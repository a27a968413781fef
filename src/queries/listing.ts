import type { Instrument } from "../market/instrument.js";
import { unitCode } from "../market/instrument.js";
import { resolveInstrument } from "../market/symbols.js";
import { unifiedSymbol } from "../market/unified.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { InstrumentListing } from "../venues/queries.js";
import type { InstrumentMetadata } from "../venues/venue.js";

/** An instrument as its venue lists it: what the venue says stands above what its symbol was read as. */
export function listedInstrument(venue: VenueName, product: ProductName, listed: InstrumentMetadata): Instrument {
  const read = resolveInstrument(venue, product, listed.rawSymbol);
  const { unit, contractSize, base, quote, settle } = listed;
  const sized = { ...read, unit, unitCode: unitCode(unit), contractSize };
  // Only a guess is corrected: a multiplier or a renamed coin may stand in the list and not in the symbol.
  if (!read.inferred || base === undefined || quote === undefined) return sized;
  const isSpot = product === "spot";
  if (read.base === null && !isSpot) return sized;
  const { expiry, strike, optionType } = read;
  const parts = { base, quote, settle: isSpot ? null : (settle ?? read.settle), expiry, strike, optionType };
  const symbol = unifiedSymbol(parts);
  return { ...sized, ...parts, symbol, id: `${venue}:${symbol}`, inferred: false };
}

export function listing(
  instrument: Instrument,
  { priceStep, sizeStep, active }: InstrumentMetadata,
): InstrumentListing {
  const { id, product, rawSymbol, symbol, base, quote, settle, expiry, strike, optionType } = instrument;
  const { unit, contractSize } = instrument;
  return {
    ...{ instrument: id, product, rawSymbol, symbol, base, quote, settle, expiry, strike, optionType },
    ...{ unit, contractSize, priceStep, sizeStep, active },
  };
}
