// Swagger UI as somebody uses it: expand an operation, fill in its body, execute, read what is shown.
import type { Locator, Page } from "playwright-core";

/** What is shown below an executed operation. */
export interface Shown {
  readonly status: number;
  readonly text: string;
}

/** A page of Swagger UI. */
export interface SwaggerPage {
  /** Runs an operation by its `operationId`; without `body` with the one that the page proposes. */
  execute(operation: string, body?: unknown): Promise<Shown>;
  /** Pastes a token into the Authorize dialog. */
  authorize(token: string): Promise<void>;
  /** Whether the dialog holds a token. */
  isAuthorized(): Promise<boolean>;
  /** Lets the page forget the token. */
  forget(): Promise<void>;
}

/** Opens Swagger UI at an address and waits until it lists its operations. */
export async function openSwaggerPage(page: Page, address: string): Promise<SwaggerPage> {
  await page.goto(address);
  await page.locator(".opblock").first().waitFor();
  return {
    execute: (operation, body) => execute(page, operation, body),
    authorize: (token) =>
      inDialog(page, async (dialog) => {
        const scheme = bearerScheme(dialog);
        await scheme.locator("input").fill(token);
        await scheme.getByRole("button", { name: "Apply credentials" }).click();
        await scheme.getByText("Authorized", { exact: true }).waitFor();
      }),
    isAuthorized: () =>
      inDialog(
        page,
        async (dialog) => (await bearerScheme(dialog).getByText("Authorized", { exact: true }).count()) > 0,
      ),
    forget: () =>
      inDialog(page, async (dialog) => {
        await bearerScheme(dialog).getByRole("button", { name: "Remove authorization" }).click();
        await bearerScheme(dialog).locator("input").waitFor();
      }),
  };
}

async function execute(page: Page, operation: string, body: unknown): Promise<Shown> {
  const block = page.locator(`.opblock[id$="-${operation}"]`);
  if ((await block.locator(".opblock-body").count()) === 0) await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Execute" }).waitFor();
  const table = block.locator(".live-responses-table");
  // An earlier answer goes first: what is read afterwards is of this request.
  const clear = block.getByRole("button", { name: "Clear" });
  if ((await clear.count()) > 0) {
    await clear.click();
    await table.waitFor({ state: "detached" });
  }
  if (body !== undefined) await block.locator("textarea.body-param__text").fill(JSON.stringify(body, null, 2));
  await block.getByRole("button", { name: "Execute" }).click();
  const row = table.locator("tbody tr.response");
  await row.waitFor();
  return {
    status: Number.parseInt(await row.locator(".response-col_status").innerText(), 10),
    text: await row.locator(".response-col_description").innerText(),
  };
}

async function inDialog<T>(page: Page, act: (dialog: Locator) => Promise<T>): Promise<T> {
  await page.locator(".auth-wrapper .btn.authorize").click();
  const dialog = page.locator(".dialog-ux .modal-ux");
  await dialog.waitFor();
  const result = await act(dialog);
  await dialog.locator(".close-modal").click();
  await dialog.waitFor({ state: "detached" });
  return result;
}

function bearerScheme(dialog: Locator): Locator {
  return dialog.locator(".auth-container", { hasText: "Bearer" });
}
