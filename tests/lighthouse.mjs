// Print Lighthouse's report of each page, a line of JSON each, from a browser that is open:
// node lighthouse.mjs MODULE PORT CATEGORIES URL…
// Its own command takes one page, loads all of Lighthouse for it, and stays five seconds longer.

const [module, port, categories, ...urls] = process.argv.slice(2);
const { default: lighthouse } = await import(module);
for (const url of urls) {
  const { lhr } = await lighthouse(url, {
    port: Number(port),
    onlyCategories: categories.split(","),
    disableFullPageScreenshot: true,
    logLevel: "silent",
  });
  await new Promise((done) => process.stdout.write(`${JSON.stringify(lhr)}\n`, done));
}
process.exit();
