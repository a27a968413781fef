import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { CrosstickError, EXIT } from "../errors.js";

/** PEM files. */
export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

/**
 * Reads certificate and key, and checks that they belong together.
 * @throws SERVER_TLS
 */
export function readTls({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer } {
  try {
    const files = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    createSecureContext(files);
    return files;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CrosstickError("SERVER_TLS", `Cannot use the TLS files ${certFile} and ${keyFile}: ${reason}`, {
      exitCode: EXIT.configuration,
      cause,
    });
  }
}
