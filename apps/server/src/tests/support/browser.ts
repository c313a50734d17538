// Chromium for tests: headless, with nothing reachable but the machine itself, and with everything noted that a page does wrong.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

const environmentVariable = "LATCHKEY_TEST_CHROMIUM";
const debianPath = "/usr/bin/chromium";

const chromiumPath: string = process.env[environmentVariable] ?? debianPath;

/** In a title: why no test can use a browser here; `undefined` where one is at hand, and in CI, where its absence is a failure. */
export const noBrowser: string | undefined =
  existsSync(chromiumPath) || process.env["CI"] === "true"
    ? undefined
    : ` (needs a Chromium browser, and there is none at ${chromiumPath}: apt-get install chromium, or name one in ${environmentVariable})`;

// Without the networking flags, Chromium talks to its maker at each start.
const flags: readonly string[] = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Starts Chromium on an empty profile; no name resolves and no address but 127.0.0.1 is reachable. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    // Chromium refuses its sandbox to root, who runs CI.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...flags],
  });
}

/** What a page did while it was watched. */
export interface PageRecord {
  /** Errors and warnings of its console, uncaught errors, violations of its policy, requests that failed. */
  readonly complaints: string[];
  /** Every address that was asked for. */
  readonly requested: string[];
}

/** Opens a page, in a context of its own, that is watched from its beginning. */
export async function openWatchedPage(
  browser: Browser,
  options: { readonly javaScript?: boolean } = {},
): Promise<{ readonly page: Page; readonly record: PageRecord }> {
  const context = await browser.newContext({
    javaScriptEnabled: options.javaScript ?? true,
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const record: PageRecord = { complaints: [], requested: [] };
  page.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type()))
      record.complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => record.complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => record.requested.push(request.url()));
  page.on("requestfailed", (request) =>
    record.complaints.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ""}`),
  );
  await page.exposeFunction("noteViolation", (text: string) => record.complaints.push(`policy: ${text}`));
  await page.addInitScript(`document.addEventListener("securitypolicyviolation", (event) =>
    window.noteViolation(event.violatedDirective + " " + event.blockedURI));`);
  return { page, record };
}
