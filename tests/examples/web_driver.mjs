// Drives the look-alikes page in headless Chromium as a visitor would.
//
//   node web_driver.mjs < task.json > report.json
//
// Task: {packages, chromium, sandbox, url, pictures, imageSize, loadSize,
// variants, screenshots}.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

const task = JSON.parse(readFileSync(0, "utf8"));
const { chromium } = createRequire(task.packages)("playwright-core");
const WIDTHS = { phone: 375, desktop: 1280 };

async function open(browser, requests, options = {}) {
  const context = await browser.newContext({ viewport: options.viewport });
  const page = await context.newPage();
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => requests.push(`failed: ${error.message}`));
  if (options.model) {
    await page.route("**/model.tflite", (route) =>
      route.fulfill({ path: options.model }),
    );
  }
  if (options.gallery) {
    await page.route("**/gallery.json", (route) =>
      route.fulfill({ json: options.gallery }),
    );
  }
  await page.goto(task.url);
  await page.waitForSelector("main[aria-busy=false]");
  return page;
}

// Runs `act`, which asks for a picture, and returns what the page shows then.
async function answer(page, act) {
  await page.evaluate(() => {
    document.querySelector("#hex").textContent = "";
    document.querySelector("#status").textContent = "";
  });
  await act();
  await page.waitForSelector("#status:not(:empty)");
  await page.waitForSelector("main[aria-busy=false]");
  return page.evaluate(() => ({
    code: document.querySelector("#hex").textContent,
    time: document.querySelector("#time").textContent,
    status: document.querySelector("#status").textContent,
    isError: document.querySelector("#status").classList.contains("error"),
    neighbours: [...document.querySelectorAll("#neighbours li")].map(
      (card) => ({
        id: card.querySelector("img").alt,
        text: card.querySelector("span").textContent,
        different: card.querySelectorAll(".different").length,
      }),
    ),
  }));
}

// A picture dropped before the model has arrived.
async function dropEarly(browser, path) {
  const page = await browser.newPage();
  let release;
  const dropped = new Promise((resolve) => (release = resolve));
  await page.route("**/model.tflite", async (route) => {
    await dropped;
    await route.continue();
  });
  await page.goto(task.url);
  await transfer(page, "drop", path);
  release();
  await page.waitForSelector("#hex:not(:empty)", { state: "attached" });
  return page.textContent("#hex");
}

const choose = (page, path) => () => page.setInputFiles("#file", path);

// The event that a drop or a paste of a file gives.
function transfer(page, type, path) {
  const content = readFileSync(path).toString("base64");
  return page.evaluate(
    async ([type, content, name]) => {
      const bytes = await fetch(`data:;base64,${content}`);
      const data = new DataTransfer();
      data.items.add(new File([await bytes.blob()], name));
      const options = { bubbles: true, cancelable: true };
      const event =
        type === "drop"
          ? new DragEvent("drop", { ...options, dataTransfer: data })
          : new ClipboardEvent("paste", { ...options, clipboardData: data });
      document.querySelector("#drop").dispatchEvent(event);
    },
    [type, content, basename(path)],
  );
}

async function chooseByKeyboard(page, path) {
  const chooser = page.waitForEvent("filechooser");
  await page.locator("body").press("Tab");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(path);
}

function pixels(page, path) {
  return page.evaluate(
    async ([content, imageSize, loadSize]) => {
      const { resize } = await import(new URL("resize.js", document.baseURI));
      const bytes = await fetch(`data:;base64,${content}`);
      const bitmap = await createImageBitmap(await bytes.blob(), {
        colorSpaceConversion: "none",
      });
      return [...resize(bitmap, imageSize, loadSize)];
    },
    [
      readFileSync(path).toString("base64"),
      task.imageSize,
      task.loadSize,
    ],
  );
}

async function visit(browser) {
  const report = { requests: [], answers: {}, pixels: {}, overflow: {} };
  const page = await open(browser, report.requests);
  report.ready = await page.textContent("#status");
  const loaded = report.requests.length;
  const [picture] = task.pictures;
  report.keyboard = await answer(page, () => chooseByKeyboard(page, picture));
  for (const path of task.pictures) {
    report.answers[path] = await answer(page, choose(page, path));
    report.pixels[path] = await pixels(page, path);
  }
  report.drop = await answer(page, () => transfer(page, "drop", picture));
  report.paste = await answer(page, () => transfer(page, "paste", picture));
  report.example = await answer(page, () =>
    page.locator("#examples button").first().press("Enter"),
  );
  report.noPicture = await answer(page, choose(page, task.packages));
  report.later = report.requests
    .slice(loaded)
    .filter((url) => !/^(data|blob):|resize\.js$/.test(url));
  return report;
}

const browser = await chromium.launch({
  executablePath: task.chromium,
  args: task.sandbox ? [] : ["--no-sandbox"],
});
const report = await visit(browser);
for (const [name, width] of Object.entries(WIDTHS)) {
  const page = await open(browser, report.requests, {
    viewport: { width, height: 800 },
  });
  await answer(page, choose(page, task.pictures[0]));
  report.overflow[name] = await page.evaluate(
    () => document.documentElement.scrollWidth - innerWidth,
  );
  if (task.screenshots) {
    await page.screenshot({
      path: `${task.screenshots}/${name}.png`,
      fullPage: true,
    });
  }
}
report.early = await dropEarly(browser, task.pictures[0]);
report.variants = {};
for (const [name, model] of Object.entries(task.variants)) {
  const page = await open(browser, report.requests, { model });
  report.variants[name] = {};
  for (const path of task.pictures) {
    report.variants[name][path] = await answer(page, choose(page, path));
  }
}
const stranger = await open(browser, report.requests, {
  gallery: { fingerprint: "other", bits: 12, items: [], examples: [] },
});
report.otherModel = await stranger.textContent("#status");
await browser.close();
console.log(JSON.stringify(report));
