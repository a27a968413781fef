const utf8 = new TextEncoder();

/** A message as the UTF-8 bytes of a text frame. */
export function encode(message: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(message));
}

/** Data of an encoded message. */
export function decodeData(bytes: Uint8Array): unknown {
  return (JSON.parse(new TextDecoder().decode(bytes)) as { data: unknown }).data;
}

/** JSON of a channel's messages around a part that is already JSON; the channel's name is escaped once. */
export class ChannelEncoder {
  readonly #name: string;
  readonly #binary: string;

  /** @param binary number of the channel in binary messages; null where it has none. */
  constructor(channel: string, binary: number | null = null) {
    this.#name = JSON.stringify(channel);
    this.#binary = binary === null ? "" : `"bin":${binary},`;
  }

  /** @param dataJson JSON of the data. */
  update(seq: number, ts: string, dataJson: string): Uint8Array {
    return this.#message("update", seq, ts, `"data":${dataJson}`);
  }

  snapshot(seq: number, ts: string, dataJson: string): Uint8Array {
    return this.#message("snapshot", seq, ts, `${this.#binary}"data":${dataJson}`);
  }

  dropped(count: number): Uint8Array {
    return utf8.encode(`{"type":"dropped","ch":${this.#name},"count":${count}}`);
  }

  #message(type: string, seq: number, ts: string, fields: string): Uint8Array {
    return utf8.encode(`{"type":"${type}","ch":${this.#name},"seq":${seq},"ts":"${ts}",${fields}}`);
  }
}
