// The root page's style: readable in light and dark, at any width.

/** CSS without anything to load. */
export const rootPageStyle: string = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566273; --paper: #f6f7f9; --card: #fff; --line: #d9dee6; --accent: #0b5cad; --good: #14703a; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa7b8; --paper: #11151b; --card: #1a2029; --line: #2d3642; --accent: #7db7f5; --good: #6fd394; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans KR", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -0.02em; }
h2 { margin: 2.25rem 0 0.75rem; font-size: 1.15rem; }
h3 { margin: 0 0 0.5rem; font-size: 1.05rem; }
header p { margin: 0.25rem 0 0; color: var(--soft); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.15rem; margin-bottom: 0.75rem; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: 0.3rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding: 0; list-style: none; }
ol { padding-left: 1.25rem; }
li { margin-bottom: 0.35rem; }
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0.35rem 0 0.75rem; padding: 0.7rem 0.9rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
a { color: var(--accent); }
.good, .bad { display: inline-block; margin-left: 0.35rem; padding: 0 0.5rem; border: 1px solid currentColor; border-radius: 999px; font-size: 0.75rem; font-weight: 600; line-height: 1.5; vertical-align: middle; }
.good { color: var(--good); }
.bad { color: var(--bad); }
footer { margin-top: 2.5rem; color: var(--soft); font-size: 0.9rem; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.6rem; } }
`;
