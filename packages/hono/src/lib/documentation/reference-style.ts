// The style of the reference, and its hash for the page's policy. A test holds one against the other.

/** The style. */
export const referenceStyle = `body{margin:0;display:flex;font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff}
nav{position:sticky;top:0;align-self:flex-start;min-width:16rem;height:100vh;overflow:auto;background:#f4f4f6;padding:1rem;box-sizing:border-box}
nav a{display:block;padding:.25rem 0;color:inherit;text-decoration:none}
nav b,summary b{font-family:monospace}
main{flex:1;min-width:0;max-width:60rem;padding:1rem 2rem}
section{border-top:1px solid #ddd;margin-top:2rem}
table{border-collapse:collapse}
td{border:1px solid #ddd;padding:.25rem .75rem}
em{color:#b00020;font-size:.85em}
figure{margin:.5rem 0}
figcaption{font-size:.85em;color:#666}
pre{background:#263238;color:#eee;padding:.75rem;overflow:auto;margin:0}
@media(max-width:50rem){body{display:block}nav{position:static;height:auto}}`;

/** Its SHA-256, as a Content-Security-Policy names it. */
export const referenceStyleHash = "sha256-JrWVVA2ePZ44Cxdaw6nc8v3ZhcddWuIdGYkjA4C4Dgk=";
