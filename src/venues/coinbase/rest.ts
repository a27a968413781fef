import type { InstrumentMetadata, MetadataSource, ServerTime } from "../venue.js";

/** `{"iso":"…","epochSeconds":"…","epochMillis":"…"}`. Source: docs.cdp.coinbase.com/…/rest-api/public/get-server-time. */
export function time(): ServerTime {
  return {
    path: "/api/v3/brokerage/time",
    headers: {},
    halfUnitUs: 500,
    read: (body) => {
      const millis = (body as { epochMillis?: unknown } | null)?.epochMillis;
      return typeof millis === "string" && /^\d{13}$/.test(millis) ? Number(millis) * 1000 : Number.NaN;
    },
  };
}

interface Product {
  product_id?: string;
  base_increment?: string;
  quote_increment?: string;
  price_increment?: string;
  status?: string;
  trading_disabled?: boolean;
  is_disabled?: boolean;
}

/** Every product, with its steps. Source: docs.cdp.coinbase.com/…/rest-api/public/get-public-products. */
export function metadata(): MetadataSource {
  return {
    path: "/api/v3/brokerage/market/products?product_type=SPOT",
    read: (body) => {
      const products = (body as { products?: Product[] } | null)?.products ?? [];
      return { instruments: products.flatMap(instrumentOf), nextPaths: [] };
    },
  };
}

function instrumentOf(product: Product): InstrumentMetadata[] {
  const { product_id, base_increment, quote_increment, price_increment, status } = product;
  if (product_id === undefined) return [];
  const step = (text: string | undefined) => (text === undefined || text === "" ? null : Number(text));
  return [
    {
      rawSymbol: product_id,
      contractSize: null,
      unit: "base",
      priceStep: step(price_increment || quote_increment),
      sizeStep: step(base_increment),
      active: status === "online" && product.trading_disabled !== true && product.is_disabled !== true,
    },
  ];
}
