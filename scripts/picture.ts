// Turns a report.html into the picture of the docs: npm run picture -- RUN/report.html [PICTURE.png] [--dark]
import { takeReportPicture } from "./report-picture.ts";

const words = process.argv.slice(2);
const [html, png = "docs/report.png"] = words.filter((word) => !word.startsWith("--"));
if (html === undefined) throw new Error("Which report? npm run picture -- RUN/report.html [PICTURE.png] [--dark]");
await takeReportPicture({ html, png, dark: words.includes("--dark") });
console.log(png);
