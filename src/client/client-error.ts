/** Why a client ended for good, or could not answer. The codes are in docs/errors.md. */
export type ClientErrorCode =
  | "CLIENT_CLOSED"
  | "CLIENT_ENCODING"
  | "CLIENT_NO_WEBSOCKET"
  | "CLIENT_PROTOCOL"
  | "CLIENT_REFUSED"
  | "CLIENT_SCOPE"
  | "CLIENT_UNAUTHORIZED"
  | "CLIENT_URL";

/** An error of the stream's client; `code` is stable. */
export class ClientError extends Error {
  override readonly name: string = "ClientError";
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Lets an error that nobody caught reach the program, as one thrown out of a timer would. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
