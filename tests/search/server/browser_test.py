"""Tests of the search page in a browser."""

import base64
import pathlib
import re
import tempfile
import unittest

from playwright.sync_api import Locator, Page, expect

from tests.search.server import browser
from tests.search.server.running import running
from tests.search.server.toy_collection import (
    BITS,
    HOSTILE,
    picture_files,
    toy_collection,
)
from tf_dnnh.search.server.limits import DEFAULT_LIMITS

# A busy machine is slow; no test waits this long otherwise.
expect.set_options(timeout=20_000)

# Dropping and pasting cannot be done by Playwright, so events are made.
SEND_FILE = """([kind, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/png" }));
  const options = { bubbles: true, cancelable: true };
  document.body.dispatchEvent(
    kind === "paste"
      ? new ClipboardEvent(kind, { ...options, clipboardData: data })
      : new DragEvent(kind, { ...options, dataTransfer: data }),
  );
}"""


@unittest.skipIf(browser.CHROMIUM is None, "Chromium is not installed here")
class BrowserTest(unittest.TestCase):
    """Opens the page anew for each test; no script may complain."""

    @classmethod
    def setUpClass(cls):
        cls.collection = toy_collection(radius=3)
        cls.address = cls.enterClassContext(running(cls.collection))
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        files = picture_files(pathlib.Path(folder), cls.collection)
        cls.files = dict(zip(cls.collection.ids.tolist(), files, strict=True))
        cls.browser = cls.enterClassContext(browser.chromium())

    def open(self, path: str = "/", width: int = 1280) -> Page:
        page = browser.open_page(self.browser, width)
        self.addCleanup(page.context.close)
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.goto(self.address + path)
        return page

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def tearDown(self):
        self.assertEqual(self.complaints, [])

    def tiles(self, page: Page, count: int | None = None) -> Locator:
        """Returns the links of all tiles, once there are `count` of them."""
        tiles = page.locator("#tiles .tile a")
        if count is None:
            expect(tiles.first).to_be_visible()
        else:
            expect(tiles).to_have_count(count)
        return tiles

    def distances(self, page: Page) -> list[int]:
        shown = page.locator("#tiles .under b").all_text_contents()
        return [int(text.split()[0]) for text in shown]

    def nearest(self, id_: int, count: int) -> list[int]:
        code = self.collection.picture(id_).code
        found = self.collection.nearest(code, count + 1)
        return [one.distance for one in found if one.id != id_][:count]

    def test_click_through_and_back(self):
        page = self.open()
        start = self.tiles(page, 30)
        first = start.first.get_attribute("href")
        start.first.click()
        tiles = self.tiles(page, 24)
        self.assertTrue(page.url.endswith(first))
        id_ = int(re.search(r"id=(\d+)", first)[1])
        self.assertEqual(self.distances(page), self.nearest(id_, 24))
        second = tiles.nth(3).get_attribute("href")
        tiles.nth(3).click()
        expect(page).to_have_url(re.compile(re.escape(second) + "$"))
        page.go_back()
        expect(page).to_have_url(re.compile(re.escape(first) + "$"))
        page.go_back()
        self.tiles(page, 30)
        page.go_forward()
        self.tiles(page, 24)

    def test_other_pictures_to_start_from(self):
        page = self.open()
        before = self.tiles(page, 30).first.get_attribute("href")
        page.locator("#others").click()
        expect(page).to_have_url(re.compile("#seed=1$"))
        expect(self.tiles(page).first).not_to_have_attribute("href", before)

    def test_an_upload_survives_reloading_and_going_back(self):
        page = self.open()
        page.locator("#file").set_input_files(self.files[8])
        expect(page.locator("#query-name")).to_have_text("8.png")
        expect(page).to_have_url(re.compile("#code=[0-9a-f]{6}$"))
        self.assertEqual(self.distances(page)[0], 0)
        self.tiles(page, 24).nth(4).click()
        expect(page).to_have_url(re.compile("#id="))
        page.go_back()
        expect(page.locator("#query-name")).to_have_text("8.png")
        page.reload()
        expect(page.locator("#query-name")).to_have_text("8.png")
        preview = page.locator("#query-picture")
        expect(preview).to_have_attribute("src", re.compile("^data:image/"))
        expect(preview).to_have_js_property("naturalWidth", 40)

    def test_drop_and_paste(self):
        content = base64.b64encode(self.files[9].read_bytes()).decode()
        for kind in ("drop", "paste"):
            with self.subTest(kind=kind):
                page = self.open()
                self.tiles(page, 30)
                name = f"{kind}ed.png"
                page.evaluate(SEND_FILE, [kind, name, content])
                expect(page.locator("#query-name")).to_have_text(name)
                self.assertEqual(self.distances(page)[0], 0)

    def test_a_file_beyond_the_limit_is_not_sent(self):
        page = self.open("/#id=7")
        self.tiles(page, 24)
        large = self.files[7].with_name("large.png")
        large.write_bytes(bytes(DEFAULT_LIMITS.upload_bytes + 1))
        page.locator("#file").set_input_files(large)
        expect(page.locator("#alert")).to_have_text(
            "The file is too large: 20.0 MB, more than 20.0 MB."
        )

    def test_the_picture_button_opens_a_file_dialog(self):
        page = self.open()
        with page.expect_file_chooser() as chooser:
            page.locator("#pick").click()
        chooser.value.set_files(self.files[10])
        expect(page.locator("#query-name")).to_have_text("10.png")

    def test_sliders_act_at_once_and_leave_no_history(self):
        page = self.open("/#id=7")
        self.tiles(page, 24)
        page.locator("#k").fill("36")
        self.tiles(page, 36)
        page.locator("#k").press("ArrowRight")
        self.tiles(page, 42)
        expect(page.locator("#k-value")).to_have_text("42")
        within = sum(d <= 4 for d in self.nearest(7, 42))
        page.locator("#radius").fill("4")
        self.tiles(page, within)
        expect(page).to_have_url(re.compile("#id=7&k=42&radius=4$"))
        page.locator("#radius").fill(str(BITS))
        self.tiles(page, 42)
        expect(page.locator("#radius-value")).to_have_text("any distance")
        self.assertEqual(page.evaluate("history.length"), 2)

    def test_pictures_and_uploads_can_be_ordered_finer(self):
        page = self.open("/#id=7")
        self.tiles(page, 24)
        switch = page.locator("#rerank")
        switch.check()
        expect(page).to_have_url(re.compile("#id=7&rerank=true$"))
        expect(page.locator("#status")).not_to_contain_text("more at")
        page.locator("#file").set_input_files(self.files[8])
        expect(page.locator("#query-name")).to_have_text("8.png")
        page.reload()
        self.tiles(page, 24)
        expect(switch).to_be_checked()
        page.goto(f"{self.address}/#code=000000")
        expect(page.locator("#query-name")).to_have_text("A code")
        expect(switch).to_be_disabled()

    def test_settings_stay_when_going_on(self):
        page = self.open("/#id=7&k=12")
        self.tiles(page, 12).nth(2).click()
        expect(page).to_have_url(re.compile(r"#id=\d+&k=12$"))
        self.tiles(page, 12)

    def test_the_label_filter_and_hostile_labels(self):
        page = self.open("/#id=7")
        self.tiles(page, 24)
        page.locator("#label").select_option(HOSTILE)
        shown = page.locator("#tiles .label")
        expect(shown.first).to_have_text(HOSTILE)
        self.assertEqual(set(shown.all_text_contents()), {HOSTILE})
        self.assertNotEqual(page.title(), "owned")

    def test_right_wrong_and_differing_bits_are_told(self):
        page = self.open("/#id=7&k=60")
        tiles = self.tiles(page, 59)
        labels = page.locator("#tiles .label").all_text_contents()
        same = self.collection.picture(7).label.replace(";", ", ")
        expect(page.locator(".tile.right")).to_have_count(labels.count(same))
        expect(page.locator(".tile.wrong")).to_have_count(
            59 - labels.count(same)
        )
        for distance, tile in zip(
            self.distances(page), tiles.all(), strict=True
        ):
            words = tile.get_attribute("aria-label")
            listed = re.search(r"bits ([\d, ]+)$", words)
            places = listed[1].split(", ") if listed else []
            self.assertEqual(len(places), distance)

    def test_the_calibrated_radius_divides_the_results(self):
        page = self.open("/#id=7&k=60")
        self.tiles(page, 59)
        expect(page.locator(".edge")).to_have_text(
            "Beyond the calibrated radius of 3 bits"
        )
        before = page.locator(".tile:not(.edge ~ .tile)")
        within = sum(distance <= 3 for distance in self.nearest(7, 59))
        expect(before).to_have_count(within)

    def test_no_match_is_said(self):
        page = self.open("/#code=000000&radius=0")
        box = page.locator("#no-match")
        expect(box).to_contain_text("Nothing within 0 bits")
        box.get_by_role("link").click()
        self.tiles(page, 24)
        expect(box).to_contain_text("3 bits, the calibrated radius")

    def test_more_at_the_same_distance_are_counted(self):
        distances = self.nearest(7, 59)
        k = next(k for k in range(6, 60, 6) if distances[k - 1] == distances[k])
        last = distances[k]
        more = distances.count(last) - distances[:k].count(last)
        page = self.open(f"/#id=7&k={k}")
        self.tiles(page, k)
        expect(page.locator("#status")).to_contain_text(
            f"and {more} more at distance {last}"
        )

    def test_errors_are_shown_and_go_away(self):
        page = self.open("/#id=7")
        self.tiles(page, 24)
        text = self.files[7].with_name("notes.png")
        text.write_text("no picture")
        page.locator("#file").set_input_files(text)
        alert = page.locator("#alert")
        expect(alert).to_contain_text("This picture cannot be searched")
        self.tiles(page, 24).first.click()
        expect(alert).to_be_hidden()
        page.goto(f"{self.address}/#id=4")
        expect(alert).to_have_text("There is no picture 4.")
        self.assertEqual(len(self.complaints), 2)
        self.assertIn("422", self.complaints.pop(0))
        self.assertIn("404", self.complaints.pop(0))

    def test_a_server_that_has_gone_is_said(self):
        page = self.open("/#id=7")
        tiles = self.tiles(page, 24)
        page.context.set_offline(True)
        tiles.first.click()
        expect(page.locator("#alert")).to_contain_text("does not answer")
        page.context.set_offline(False)
        self.complaints.clear()

    def test_the_keyboard_is_enough(self):
        page = self.open()
        self.tiles(page, 30)
        focused = page.locator("#tiles a:focus")
        tiles = self.tiles(page)
        page.keyboard.press("ArrowDown")
        expect(tiles.first).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(tiles.nth(1)).to_be_focused()
        page.keyboard.press("ArrowDown")
        below = focused.bounding_box()
        above = tiles.nth(1).bounding_box()
        self.assertAlmostEqual(below["x"], above["x"], delta=1)
        self.assertGreater(below["y"], above["y"])
        page.keyboard.press("ArrowUp")
        expect(tiles.nth(1)).to_be_focused()
        page.keyboard.press("Space")
        viewer = page.locator("#viewer")
        expect(viewer).to_be_visible()
        page.keyboard.press("Escape")
        expect(viewer).to_be_hidden()
        page.keyboard.press("End")
        expect(tiles.last).to_be_focused()
        page.keyboard.press("Enter")
        self.tiles(page, 24)
        expect(self.tiles(page).first).to_be_focused()
        page.keyboard.press("/")
        expect(page.locator("#pick")).to_be_focused()
        page.keyboard.press("Escape")
        self.tiles(page, 30)

    def test_a_picture_can_be_enlarged(self):
        page = self.open("/#id=7")
        self.tiles(page, 24)
        page.locator(".tile").nth(2).hover()
        page.locator(".enlarge").nth(2).click()
        expect(page.locator("#viewer-picture")).to_have_js_property(
            "naturalWidth", 40
        )
        page.locator("#viewer-go").click()
        expect(page.locator("#viewer")).to_be_hidden()
        expect(page.locator("#query-code")).to_be_visible()

    def test_no_page_is_wider_than_a_phone(self):
        for path in ("/", "/#id=7&k=60", "/#code=000000", "/index", "/api"):
            with self.subTest(path=path):
                page = self.open(path, width=390)
                if "#" in path:
                    self.tiles(page)
                wide = "document.documentElement.scrollWidth"
                self.assertEqual(page.evaluate(wide), 390)

    def test_the_index_leads_to_searches(self):
        page = self.open("/index")
        small = page.locator(".group img").first
        expect(small).to_have_css("image-rendering", "pixelated")
        page.reload()
        expect(small).to_have_css("image-rendering", "pixelated")
        page.locator(".group a").first.click()
        self.tiles(page, 24)

    def test_a_damaged_address_starts_anew(self):
        page = self.open("/#id=x&k=-3&radius=1e9&code=%00<b>")
        self.tiles(page, 30)


if __name__ == "__main__":
    unittest.main()
