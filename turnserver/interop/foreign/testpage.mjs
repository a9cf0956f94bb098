// The test page in a browser: presses its button and prints its report, on one line.
//
//   node testpage.mjs '{"page": URL, "browser": "chromium" or "firefox"}'

import { endWithTheTest, launch, within } from './launch.mjs';

const { page: address, browser: name } = JSON.parse(process.argv[2]);

const finished = () => !document.getElementById('report').hidden;
const read = () => document.getElementById('report-json').textContent;

async function main() {
  const browser = await launch(name);
  try {
    const page = await browser.newPage();
    await page.goto(`${address}test?lang=en`);
    await page.locator('#start').click();
    await within(page.waitForFunction(finished, { timeout: 0, polling: 100 }), 'the test');
    console.log(JSON.stringify(JSON.parse(await page.evaluate(read))));
  } finally {
    await browser.close();
  }
}

endWithTheTest();
await main();
process.exit(0);
