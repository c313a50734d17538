// The script that starts Swagger UI in the browser. A file of its own, because the page allows no inline script.
// It reads its configuration from the page and authorises "Try it out" with the token of whatever sign-up, log-in or refresh answers.
// What the page is authorised with goes with it: tokens and secrets of resource servers do not stay in the browser's storage.

/** Source text, served as it is. */
export const swaggerInitScript = `"use strict";
(() => {
  const config = JSON.parse(document.getElementById("swagger-ui").dataset.config);
  const several = config.documents.length > 1;
  const source = several
    ? { urls: config.documents, layout: "StandaloneLayout", presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset] }
    : { url: config.documents[0].url, presets: [SwaggerUIBundle.presets.apis] };
  const tokenOf = (text) => {
    try {
      const body = JSON.parse(text);
      return [body.access_token, body.access, body.token].find((token) => typeof token === "string");
    } catch {
      return undefined;
    }
  };
  const ui = SwaggerUIBundle({
    ...source,
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: "none",
    responseInterceptor: (response) => {
      const token = response.ok && typeof response.text === "string" ? tokenOf(response.text) : undefined;
      // A scheme that the document does not have is passed over.
      if (token !== undefined) for (const scheme of ["accessToken", "jwtAuth"]) ui.preauthorizeApiKey(scheme, token);
      return response;
    },
  });
  window.ui = ui;
})();
`;
