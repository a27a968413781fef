import * as L from "crosstick/internal/layout";
import {
  PRODUCTS,
  PRODUCTS_OF,
  parseVenueProduct,
  productIndex,
  productName,
  VENUES,
  venueIndex,
  venueName,
} from "crosstick/internal/market/venues";
import { expect, test } from "vitest";

test("names stand at the index that the layout gives them", () => {
  const layout: Record<string, number> = { ...L };
  VENUES.forEach((name, index) => {
    expect([name, layout[`VENUE_${name.toUpperCase()}`]]).toEqual([name, index]);
    expect([venueIndex(name), venueName(index)]).toEqual([index, name]);
  });
  PRODUCTS.forEach((name, index) => {
    expect([name, layout[`PRODUCT_${name.toUpperCase()}`]]).toEqual([name, index]);
    expect([productIndex(name), productName(index)]).toEqual([index, name]);
  });
  const count = (prefix: string): number => Object.keys(L).filter((key) => key.startsWith(prefix)).length;
  expect(VENUES.length).toBe(count("VENUE_"));
  expect(PRODUCTS.length).toBe(count("PRODUCT_"));
});

test("every venue.product reads back", () => {
  for (const venue of VENUES) {
    for (const product of PRODUCTS_OF[venue]) {
      expect(parseVenueProduct(`${venue}.${product}`)).toEqual({ venue, product });
    }
  }
  expect(parseVenueProduct("coinbase")).toEqual({ venue: "coinbase", product: "spot" });
});

test.each([
  ["binanse.spot", "USAGE_VENUE", /"binanse": known are binance, bybit, .*Did you mean binance\?/],
  ["nowhere.spot", "USAGE_VENUE", /known are binance/],
  ["", "USAGE_VENUE", /known are/],
  [
    "binance.usd",
    "USAGE_PRODUCT",
    /"binance\.usd": known are binance\.spot, binance\.usdm, binance\.coinm\. Did you mean binance\.usdm\?/,
  ],
  ["bybit.usdm", "USAGE_PRODUCT", /known are bybit\.spot, bybit\.linear/],
  ["binance", "USAGE_PRODUCT", /Missing product of binance/],
  ["binance.", "USAGE_PRODUCT", /Missing product of binance/],
  ["binance.spot.x", "USAGE_PRODUCT", /binance\.spot\.x/],
])("%s is %s", (text, code, message) => {
  expect(() => parseVenueProduct(text)).toThrow(
    expect.objectContaining({ code, exitCode: 2, message: expect.stringMatching(message) }),
  );
});
