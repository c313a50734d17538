// Draws one plot: an option of ECharts as JSON on standard input, an SVG on standard output. Argument: the height in pixels.
import { text } from "node:stream/consumers";
import { init } from "echarts";

const chart = init(null, null, { renderer: "svg", ssr: true, width: 960, height: Number(process.argv[2] ?? 480) });
chart.setOption({ animation: false, backgroundColor: "#ffffff", ...JSON.parse(await text(process.stdin)) });
const svg = chart.renderToSVGString();
// Its clock for animations keeps the process alive.
chart.dispose();
process.stdout.write(`${svg}\n`, () => process.exit());
