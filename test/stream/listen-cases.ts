import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { type Backend, start } from "./started.js";

export function listenCases(backend: Backend): void {
  test("other addresses than loopback need a token, or insecure by name", async () => {
    await expect(start(backend, { host: "0.0.0.0" })).rejects.toMatchObject({ code: "SERVER_INSECURE", exitCode: 3 });
    for (const more of [{ token: "t" }, { insecure: true }]) {
      const started = await start(backend, { host: "0.0.0.0", ...more });
      expect((await fetch(`http://127.0.0.1:${started.port}/health`)).status).toBe(200);
      await started.stop();
    }
  });

  test("a port in use is said to be", async () => {
    const first = await start(backend);
    const taken = expect.objectContaining({ code: "SERVER_PORT_IN_USE", exitCode: 6 });
    await expect(start(backend, { port: first.port })).rejects.toEqual(taken);
    await first.stop();
    const again = await start(backend, { port: first.port });
    expect(again.port).toBe(first.port);
    await again.stop();
    const plain = createServer();
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const { port } = plain.address() as { port: number };
    await expect(start(backend, { port })).rejects.toEqual(taken);
    plain.close();
  });

  test("an address that is not this machine's is said to be", async () => {
    const options = { host: "192.0.2.1", port: 18_080, insecure: true };
    await expect(start(backend, options)).rejects.toMatchObject({ code: "SERVER_LISTEN", exitCode: 3 });
  });

  test("TLS files that are none are refused", async () => {
    const tls = { certFile: "/nonexistent.crt", keyFile: "/nonexistent.key" };
    await expect(start(backend, { tls })).rejects.toMatchObject({ code: "SERVER_TLS", exitCode: 3 });
  });

  const openssl = commandRuns("openssl", ["version"]);
  test.skipIf(!openssl)(`over TLS${openssl ? "" : ": skipped, no openssl to make a certificate with"}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "crosstick-tls-"));
    const tls = { certFile: join(folder, "a.crt"), keyFile: join(folder, "a.key") };
    makeCertificate(tls, "first");
    const started = await start(backend, { tls });
    expect(started.server.url).toMatch(/^https:/);
    expect(await subjectOf(started.port)).toBe("first");
    const client = await started.connect("/v1/stream", { headers: { origin: `https://127.0.0.1:${started.port}` } });
    await client.subscribe(["status"]);
    await client.next("snapshot");

    makeCertificate(tls, "second");
    // uWebSockets.js cannot change a certificate while it listens: with TLS `auto` takes ws.
    if (backend === "uws") expect(() => started.server.reload({ tls })).toThrow("choose the ws backend");
    else {
      started.server.reload({ tls });
      expect(await subjectOf(started.port)).toBe("second");
      writeFileSync(tls.certFile, "none");
      expect(() => started.server.reload({ tls })).toThrow(expect.objectContaining({ code: "SERVER_TLS" }));
      expect(await subjectOf(started.port)).toBe("second");
    }
    client.say({ op: "ping", id: 1 });
    await client.next("pong");
    await started.stop();
    rmSync(folder, { recursive: true });
  });
}

function commandRuns(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function makeCertificate({ certFile, keyFile }: { certFile: string; keyFile: string }, name: string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  const args = ["req", "-x509", ...key, "-out", certFile, "-days", "1", "-subj", `/CN=${name}`];
  execFileSync("openssl", args, { stdio: "ignore" });
}

/** Name in the certificate that the server shows. */
function subjectOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.end();
    });
    socket.on("error", reject);
  });
}
