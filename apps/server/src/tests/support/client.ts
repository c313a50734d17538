// A client of the contract `latchkey`, as an application would write it: fetch and JSON.

/** The password of every account in tests. */
export const testPassword = "correct horse battery staple";

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests say what they expect
  readonly body: any;
}

/** A client of one server. */
export interface Client {
  send(method: string, path: string, request?: { readonly token?: string; readonly body?: unknown }): Promise<Answer>;
  signUp(username: string): Promise<Answer>;
  logIn(username: string, password?: string): Promise<Answer>;
  refresh(refreshToken: string): Promise<Answer>;
  logOut(refreshToken: string): Promise<Answer>;
  me(accessToken: string): Promise<Answer>;
}

/** Makes a client of the server at `origin`. */
export function createClient(origin: string): Client {
  const send: Client["send"] = async (method, path, { token, body } = {}) => {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(origin + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    send,
    signUp: (username) => send("POST", "/v1/signup", { body: { username, password: testPassword } }),
    logIn: (username, password = testPassword) => send("POST", "/v1/login", { body: { username, password } }),
    refresh: (refreshToken) => send("POST", "/v1/token/refresh", { body: { refresh_token: refreshToken } }),
    logOut: (refreshToken) => send("POST", "/v1/logout", { body: { refresh_token: refreshToken } }),
    me: (accessToken) => send("GET", "/v1/me", { token: accessToken }),
  };
}
