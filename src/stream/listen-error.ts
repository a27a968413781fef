import { CrosstickError, EXIT } from "../errors.js";

/** @param code of the system's error, EADDRINUSE for example. */
export function listenProblem(host: string, port: number, code: string | undefined): CrosstickError {
  if (code === "EADDRINUSE")
    return new CrosstickError("SERVER_PORT_IN_USE", `Cannot listen on ${host}:${port}: the port is in use`, {
      exitCode: EXIT.inUse,
    });
  return new CrosstickError("SERVER_LISTEN", `Cannot listen on ${host}:${port}: ${code ?? "refused"}`, {
    exitCode: EXIT.configuration,
  });
}
