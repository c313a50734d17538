// Under which address a person on this machine reaches the server.

/** The public URL, or, where that is this machine, the same with the port that is really listened on. */
export function localAddress(publicUrl: string, port: number): string {
  return isLocal(publicUrl) ? `http://localhost:${port}` : publicUrl;
}

/** Whether a URL names this machine. */
export function isLocal(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname.endsWith(".localhost")
  );
}
