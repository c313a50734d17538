// The floor of every HTTP figure: Hono on @hono/node-server that answers a constant.
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { sayReady } from "../child/serve-parent.ts";

const app = new Hono();
app.get("/", (c) => c.text("Hello"));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => sayReady(port));
