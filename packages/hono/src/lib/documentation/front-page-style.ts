// The style of the front page, and its hash for the page's policy. A test holds one against the other.

/** The style. */
export const frontPageStyle = `body{margin:0;font:16px/1.5 system-ui,sans-serif}
main{max-width:24rem;margin:0 auto;padding:2rem 1rem}
form{border-top:1px solid #8888;margin-top:1.5rem}
label{display:block;margin:.5rem 0}
input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.4rem}
button{font:inherit;padding:.4rem 1rem}`;

/** Its SHA-256, as a Content-Security-Policy names it. */
export const frontPageStyleHash = "sha256-uX5omMb6Xcjd35ZAEQoz17gygRaAcnLPlve5Xgvkmbc=";
