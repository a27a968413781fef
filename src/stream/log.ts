/** The part of a pino logger that the server uses. */
export interface StreamLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: StreamLog = { info: () => {}, warn: () => {}, error: () => {} };
